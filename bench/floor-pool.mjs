// The floor over several endpoints. It is told how many calls each endpoint takes at once.
// Usage: node floor-pool.mjs <rows.jsonl> <answers.jsonl> <base URL>=<lanes>...
// Each endpoint has that many lanes. A lane makes the next call of any row. If an endpoint dies
// during a call, another lane makes the call. The lanes of the dead endpoint look ten times a
// second whether it is back.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { closeAll, endpointAt, generate, openAnswers, respond, verify } from "./floor-calls.mjs";

const [rowsPath, answersPath, ...pools] = process.argv.slice(2);
await openAnswers(answersPath);
const lines = createInterface({ input: createReadStream(rowsPath) })[Symbol.asyncIterator]();
/** Rows that have begun and wait for their next call. `left` counts the rows that are not done. */
const waiting = [];
let left = 0;
const steps = [
  async (endpoint, task) => void (task.system = await generate(endpoint, task.row)),
  (endpoint, task) => verify(endpoint, task.row),
  (endpoint, task) => respond(endpoint, task.row, task.system),
];

async function nextTask() {
  if (waiting.length > 0) return waiting.shift();
  const { done, value } = await lines.next();
  if (done) return waiting.shift();
  left++;
  return { row: JSON.parse(value), step: 0 };
}

async function lane(endpoint) {
  for (;;) {
    const task = await nextTask();
    if (task === undefined) {
      if (left === 0) return;
      await wait(5);
      continue;
    }
    try {
      await steps[task.step](endpoint, task);
      if (++task.step === steps.length) left--;
      else waiting.push(task);
    } catch (error) {
      // Only network errors are tolerated. A refusal or a fault of this program ends the floor.
      if (error.code === undefined) throw error;
      waiting.unshift(task);
      await wait(100);
    }
  }
}

await Promise.all(
  pools.flatMap((pool) => {
    const [url, lanes] = pool.split("=");
    return Array.from({ length: Number(lanes) }, () => lane(endpointAt(url)));
  }),
);
await closeAll();
