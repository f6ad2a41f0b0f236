// The floor: the least code that makes the same three dependent calls a row over undici and has each answer on disk before the next call.
// node floor.mjs <rows.jsonl> <answers.jsonl> <base URL> <lanes>. No retries, no phases, no results.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Agent } from "undici";
import { generateStandard } from "../dist/phases/prompts/generate-standard.js";
import { judgePhrases } from "../dist/phases/prompts/judge-phrases.js";
import { phrases } from "./replies.mjs";

const [rowsPath, answersPath, url, lanes] = process.argv.slice(2);

/** The real prompts, with places for a row's own texts. */
const [questionPlace, answerPlace] = ["@@question", "@@answer"];
const example = {
  id: "",
  line: 1,
  messages: [
    { role: "user", content: questionPlace },
    { role: "assistant", content: answerPlace },
  ],
  columns: {},
};
function promptOf(messages) {
  const last = messages.at(-1).content;
  const head = messages.slice(0, -1);
  return ({ question, answer }) => {
    const content = last.replace(questionPlace, () => question).replace(answerPlace, () => answer);
    return [...head, { role: "user", content }];
  };
}
const generatePrompt = promptOf(generateStandard(example, "tagged"));
const verifyPrompt = promptOf(judgePhrases.messages(example, phrases, "tagged"));

const answers = await open(answersPath, "a");
let pending = [];
let isWriting = false;
/** Resolves once the answer is on disk. All that come while the disk is busy share the next write. */
function keep(line) {
  return new Promise((resolve) => {
    pending.push({ line, resolve });
    if (!isWriting) void write();
  });
}
async function write() {
  isWriting = true;
  while (pending.length > 0) {
    const group = pending;
    pending = [];
    await answers.appendFile(group.map(({ line }) => line).join(""));
    await answers.datasync();
    for (const { resolve } of group) resolve();
  }
  isWriting = false;
}

const agent = new Agent();
const { origin, pathname } = new URL(`${url}/chat/completions`);
const request = { origin, path: pathname, method: "POST", headers: { "content-type": "application/json" } };
async function ask(messages, max_tokens, temperature) {
  const reply = await agent.request({ ...request, body: JSON.stringify({ model: "m", messages, max_tokens, temperature }) });
  if (reply.statusCode !== 200) throw new Error(`the server answered ${reply.statusCode}`);
  const { choices, usage } = JSON.parse(await reply.body.text());
  const text = choices[0].message.content;
  await keep(`${JSON.stringify({ text, usage })}\n`);
  return text;
}

const rows = createInterface({ input: createReadStream(rowsPath) })[Symbol.asyncIterator]();
async function lane() {
  for (let next = await rows.next(); !next.done; next = await rows.next()) {
    const row = JSON.parse(next.value);
    const system = await ask(generatePrompt(row), 512, 0.7);
    await ask(verifyPrompt(row), 256, 0);
    await ask(
      [
        { role: "system", content: system },
        { role: "user", content: row.question },
      ],
      1024,
      0.7,
    );
  }
}
await Promise.all(Array.from({ length: Number(lanes) }, lane));
await agent.close();
await answers.close();
