// npm run bench -- files [rows...]
// Reads and writes each file type, and compares the time with the bare library in the same run.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const endings = [".jsonl", ".json", ".csv", ".tsv", ".parquet", ".jsonl.gz", ".jsonl.zst"];
/** Repetitions per file. Small files take little time, so the median of 5 is shown for them. */
const repeats = (rows) => (rows <= 100_000 ? 5 : 1);

export function measureOnce(...args) {
  return new Promise((resolve, reject) => {
    const child = fork(new URL("file-task.mjs", import.meta.url).pathname, args.map(String), {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.on("message", resolve);
    child.on("exit", (code) => code && reject(new Error(`${args.join(" ")} ended with ${code}`)));
  });
}

async function measure(tasks, path, rows) {
  const results = tasks.map(() => []);
  for (let round = 0; round < repeats(rows); round++)
    for (const [index, task] of tasks.entries()) results[index].push(await measureOnce(task, path, rows));
  return results.map((runs) => runs.toSorted((a, b) => a.cpuUs - b.cpuUs)[Math.floor(runs.length / 2)]);
}

export async function benchFiles(counts) {
  const folder = mkdtempSync(join(tmpdir(), "sysgen-bench-"));
  try {
    for (const rows of counts) {
      const [made] = await measure(["rows"], join(folder, "none.jsonl"), rows);
      console.log(`\n${rows.toLocaleString("en-US")} rows of about 800 bytes\n
| file type | what | library, us a row | ours, us a row | ratio | ours, rows/s | library, MB | ours, MB |
| --- | --- | --- | --- | --- | --- | --- | --- |`);
      for (const ending of endings) {
        const path = join(folder, `rows${ending}`);
        const line = (what, floor, ours, off = 0) => {
          if (floor.rows !== rows || ours.rows !== rows)
            throw new Error(`${ending}: ${floor.rows} and ${ours.rows} rows, expected ${rows}`);
          const [a, b] = [floor, ours].map(({ cpuUs }) => cpuUs / rows - off);
          const mb = ({ peakMB }) => peakMB.toFixed(0);
          console.log(
            `| ${ending} | ${what} | ${a.toFixed(1)} | ${b.toFixed(1)} | ${(b / a).toFixed(2)} x | ${Math.round(rows / ours.seconds).toLocaleString("en-US")} | ${mb(floor)} | ${mb(ours)} |`,
          );
        };
        // A JSON file over 512 MB is longer than the longest string, so one JSON.parse cannot read
        // it.
        const isTooLong = ending === ".json" && rows > 500_000;
        const [writeFloor, write] = await measure(["write floor", "write"], path, rows);
        line("write", writeFloor, write, made.cpuUs / rows);
        const [read, examples, readFloor] = await measure(["read", "read to examples", ...(isTooLong ? [] : ["read floor"])], path, rows);
        line("read", readFloor ?? read, read);
        line("read to examples", readFloor ?? read, examples);
        rmSync(path);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
