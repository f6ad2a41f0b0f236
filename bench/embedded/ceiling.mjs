// Usage: node ceiling.mjs <model.gguf> <calls.jsonl> <layout as JSON>
// The plainest loop over node-llama-cpp that makes the same calls, all calls of a phase before the
// next phase. Each sequence is a lane that keeps its prefix. Each call generates as many tokens as
// the recorded call did. The loop has no phases, no grammar and no journal.
import { readFileSync } from "node:fs";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";
import { templateOf, tokenize } from "../../dist/models/embedded/tokenize-chat.js";

const [path, callsPath, layoutText] = process.argv.slice(2);
const { contexts: contextCount, sequences, threads, contextSize, flashAttention = false, keys } = JSON.parse(layoutText);
const llama = await getLlama({ build: "never", maxThreads: contextCount * threads, logLevel: LlamaLogLevel.error, progressLogs: false });
const model = await llama.loadModel({ modelPath: path });
const template = templateOf(model);
const calls = readFileSync(callsPath, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line))
  .map(({ phase, messages, text, outputTokens }) => {
    const reply = model.tokenize(text);
    // The model may have split the text into other tokens. Only the number of tokens has to agree.
    const forced = Array.from({ length: outputTokens }, (_, index) => reply[index % reply.length]);
    return { phase, prompt: tokenize(model, template, { messages }), reply: forced };
  });
const contexts = [];
for (let index = 0; index < contextCount; index++)
  contexts.push(
    await model.createContext({
      contextSize,
      sequences,
      batchSize: 128,
      flashAttention,
      threads: { ideal: threads, min: threads },
      ...(keys ? { experimentalKvCacheKeyType: keys } : {}),
    }),
  );
const lanes = contexts.flatMap((context) => Array.from({ length: sequences }, () => context.getSequence()));
const counts = { prompt: 0, evaluated: 0, output: 0 };
const sampling = { temperature: 0.7, topK: 40, topP: 0.95, seed: 1, yieldEogToken: true };

async function make(sequence, { prompt, reply }) {
  await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  const rest = prompt.slice(sequence.nextTokenIndex);
  counts.prompt += prompt.length;
  counts.evaluated += rest.length;
  const tokens = sequence.evaluate(rest, sampling);
  for (let next = await tokens.next(), index = 0; !next.done; next = await tokens.next([reply[index++]]))
    if (index + 1 >= reply.length) break;
  await tokens.return();
  counts.output += reply.length;
}

const begun = performance.now();
for (const phase of ["generate", "verify", "respond"]) {
  const list = calls.filter((call) => call.phase === phase)[Symbol.iterator]();
  await Promise.all(
    lanes.map(async (sequence) => {
      for (const call of list) await make(sequence, call);
    }),
  );
}
console.log(JSON.stringify({ ms: performance.now() - begun, ...counts }));
process.exit(0);
