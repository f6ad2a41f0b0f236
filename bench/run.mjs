// npm run bench [-- rows], npm run bench -- files [rows...]: costs as ratios to a floor measured in the same run. Absolute times of a shared machine prove nothing.
import { fork } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";

if (process.argv[2] === "files") {
  const { benchFiles } = await import("./files.mjs");
  const counts = process.argv.slice(3).map(Number);
  await benchFiles(counts.length > 0 ? counts : [10_000, 1_000_000]);
  process.exit();
}
const rows = Number(process.argv[2] ?? 5_000);
const folder = mkdtempSync(join(tmpdir(), "sysgen-bench-"));
const here = (name) => new URL(name, import.meta.url).pathname;

async function writeRows(count) {
  const path = join(folder, `rows-${count}.jsonl`);
  const file = createWriteStream(path);
  for (let index = 0; index < count; index++) {
    const answer = `Step ${index} is to think, and then to write it down. `.repeat(16);
    if (!file.write(`${JSON.stringify({ id: `r${index}`, question: `What should one know about fact number ${index}?`, answer })}\n`))
      await new Promise((resolve) => file.once("drain", resolve));
  }
  file.end();
  await finished(file);
  return path;
}

function measure(task, ...args) {
  return new Promise((resolve, reject) => {
    const child = fork(here("task.mjs"), [task, ...args.map(String)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    child.on("message", resolve);
    child.on("exit", (code) => code && reject(new Error(`${task} ended with ${code}`)));
  });
}

const server = fork(here("server.mjs"));
const port = await new Promise((resolve) => server.once("message", (message) => resolve(message.port)));
const url = `http://127.0.0.1:${port}/v1`;
try {
  const input = await writeRows(rows);
  const many = await writeRows(10 * rows);
  const readFloor = await measure("read-floor", many);
  const read = await measure("read", many);
  const runFloor = await measure("run-floor", input, url, rows);
  const run = await measure("run", input, url, join(folder, "run"));
  const resumed = await measure("run", input, url, join(folder, "run"));
  const large = await measure("run", many, url, join(folder, "large"));
  const us = ({ cpuSeconds, units }) => `${((cpuSeconds / units) * 1e6).toFixed(0)} us`;
  const ratio = (a, b) => `${(a.cpuSeconds / a.units / (b.cpuSeconds / b.units)).toFixed(2)} x`;
  console.log(`| what | CPU a unit | ratio to its floor |
| --- | --- | --- |
| floor: readline and JSON.parse, a row | ${us(readFloor)} | 1 x |
| read a row into an example | ${us(read)} | ${ratio(read, readFloor)} |
| floor: a bare HTTP call, 64 at once | ${us(runFloor)} | 1 x |
| a call of a run (prompt, retry, journal on disk, phases, results) | ${us(run)} | ${ratio(run, runFloor)} |

| what | figure |
| --- | --- |
| resuming a finished run of ${rows} rows, CPU against running it | ${(resumed.cpuSeconds / run.cpuSeconds).toFixed(2)} x |
| peak memory, ${10 * rows} rows against ${rows} | ${large.peakMB.toFixed(0)} MB / ${run.peakMB.toFixed(0)} MB = ${(large.peakMB / run.peakMB).toFixed(2)} x |`);
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
