// The code that both floor clients share. It makes the three dependent calls of a row over undici.
// Each answer is on disk before the next call of the row is made.
import { open } from "node:fs/promises";
import { Agent } from "undici";
import { generatePromptOf } from "../dist/phases/prompts/generate-prompts.js";
import { judgeTags } from "../dist/phases/prompts/judge-tags.js";
import { standardTags } from "../dist/records/system-message/tag-set.js";
import { phrases, rowMark } from "./replies.mjs";

/** Placeholders in the real prompts. Each is replaced by the row's own text. */
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
const generatePrompt = promptOf(generatePromptOf({ prompt: "paper" }).messages(example, { form: "tagged" }));
const [verifyHead, verifyLast] = judgeTags.messages(phrases, standardTags);
/** The number 100 stands for the row's. */
function verifyPrompt({ question }) {
  const row = question.slice(rowMark.length, question.indexOf(":"));
  return [verifyHead, { ...verifyLast, content: verifyLast.content.replaceAll("100", row) }];
}

let answers;
let pending = [];
let isWriting = false;
/** Resolves once the answer is on disk. Answers that arrive during a write share the next write. */
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

/** Opens the file of answers for appending. */
export async function openAnswers(path) {
  answers = await open(path, "a");
}

export async function closeAll() {
  await agent.close();
  await answers.close();
}

/** Returns the undici request options of an endpoint. ask() adds the body. */
export function endpointAt(url) {
  const { origin, pathname } = new URL(`${url}/chat/completions`);
  return { origin, path: pathname, method: "POST", headers: { "content-type": "application/json" } };
}

async function ask(endpoint, messages, max_tokens, temperature) {
  const reply = await agent.request({ ...endpoint, body: JSON.stringify({ model: "m", messages, max_tokens, temperature }) });
  if (reply.statusCode !== 200) throw new Error(`the server answered ${reply.statusCode}`);
  const { choices, usage } = JSON.parse(await reply.body.text());
  const text = choices[0].message.content;
  await keep(`${JSON.stringify({ text, usage })}\n`);
  return text;
}

export const generate = (endpoint, row) => ask(endpoint, generatePrompt(row), 512, 0.7);
export const verify = (endpoint, row) => ask(endpoint, verifyPrompt(row), 256, 0.7);
export function respond(endpoint, row, system) {
  const messages = [
    { role: "system", content: system },
    { role: "user", content: row.question },
  ];
  return ask(endpoint, messages, 1024, 0.7);
}
