// The floor, which is the least code that does the job. It makes the same three dependent calls a
// row over undici and has each answer on disk before the next call. It has no retries, no phases
// and no results.
// Usage: node floor.mjs <rows.jsonl> <answers.jsonl> <base URL> <lanes>
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { closeAll, endpointAt, generate, openAnswers, respond, verify } from "./floor-calls.mjs";

const [rowsPath, answersPath, url, lanes] = process.argv.slice(2);
await openAnswers(answersPath);
const endpoint = endpointAt(url);
const rows = createInterface({ input: createReadStream(rowsPath) })[Symbol.asyncIterator]();
async function lane() {
  for (let next = await rows.next(); !next.done; next = await rows.next()) {
    const row = JSON.parse(next.value);
    const system = await generate(endpoint, row);
    await verify(endpoint, row);
    await respond(endpoint, row, system);
  }
}
await Promise.all(Array.from({ length: Number(lanes) }, lane));
await closeAll();
