// Usage: node decode.mjs <model.gguf> <layout as JSON> <tokens of context> <tokens to decode>
// Measures how fast all sequences together decode. Each has a prompt of the given length, which is
// evaluated once per context.
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const [path, layoutText, promptText, countText] = process.argv.slice(2);
const { contexts: contextCount, sequences, threads, flashAttention = false, keys } = JSON.parse(layoutText);
const [promptTokens, count] = [Number(promptText), Number(countText)];
const llama = await getLlama({ build: "never", maxThreads: contextCount * threads, logLevel: LlamaLogLevel.error, progressLogs: false });
const model = await llama.loadModel({ modelPath: path });
const words = "A tram holds 84 people, and at the next stop some of them get off to look at the river and the old garden. ";
const prompt = model.tokenize(words.repeat(Math.ceil(promptTokens / 20))).slice(0, promptTokens);
const contexts = [];
for (let index = 0; index < contextCount; index++) {
  const context = await model.createContext({
    contextSize: promptTokens + count + 8,
    sequences,
    batchSize: 128,
    flashAttention,
    threads: { ideal: threads, min: threads },
    ...(keys ? { experimentalKvCacheKeyType: keys } : {}),
  });
  contexts.push(Array.from({ length: sequences }, () => context.getSequence()));
}
const started = performance.now();
await Promise.all(contexts.map(([first]) => first.evaluateWithoutGeneratingNewTokens(prompt.slice(0, -1))));
const prefillMs = performance.now() - started;
for (const [first, ...others] of contexts) for (const other of others) await other._copyStateFromOtherSequence(first, promptTokens - 1);
const begun = performance.now();
await Promise.all(
  contexts.flat().map(async (sequence, seed) => {
    let left = count;
    const sampling = { temperature: 0.7, topK: 40, topP: 0.95, seed, yieldEogToken: true };
    for await (const _ of sequence.evaluate(prompt.slice(-1), sampling)) if (--left === 0) break;
  }),
);
const perSecond = (tokens, ms) => (1000 * tokens) / ms;
console.log(
  JSON.stringify({
    prefill: perSecond(contextCount * (promptTokens - 1), prefillMs),
    decode: perSecond(contextCount * sequences * count, performance.now() - begun),
  }),
);
process.exit(0);
