// npm run bench -- shards [rows...]
// Runs a plan of 4 shards one after another and merges them. Compares what a shard takes beside its
// calls with reading the file, and the merge with its size.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { cli, measured, rowsFile } from "./measure.mjs";
import { measureOnce } from "./files.mjs";
import { withServer } from "./repeat.mjs";
import { number, overview, table, times } from "./table.mjs";
import { withFolder } from "./temporary.mjs";

const shards = 4;
const bars = { shardSeconds: 1, rowsPerSecond: 10_000, memory: 1.1 };

/** Exit codes of the command line: all is well, and there was no row. */
const isWell = (code) => code === 0 || code === 5;

/** Runs the command line, and fails as it fails. */
async function sysgen(folder, ...args) {
  const { err, ...cost } = await measured(folder, [cli, ...args]);
  if (!isWell(cost.code)) throw new Error(`sysgen ${args[0]} ended with ${cost.code ?? cost.signal}: ${err}`);
  return cost;
}

async function measureSize(server, count) {
  return withFolder(async (folder) => {
    const rows = await rowsFile(folder, count);
    const out = join(folder, "run");
    const model = ["--model", "m", "--preset", "paper", ...server.urls.flatMap((url) => ["--base-url", url])];
    await sysgen(folder, "shards", rows, "--shards", String(shards), "--on", "local", ...model, "--out", out);
    const run = (shard) => sysgen(folder, "run", "--shard", `${shard}/${shards}`, "--out", out, "--concurrency", "256", "--quiet");
    for (let shard = 1; shard <= shards; shard++) await run(shard);
    const { requests } = await server.counts();
    const merge = await sysgen(folder, "merge", out);
    const paidByMerge = (await server.counts()).requests - requests;
    const mergedAgain = await sysgen(folder, "merge", out);
    // A shard of 1,024 has next to no rows, so it is reading alone.
    const far = join(folder, "far");
    await sysgen(folder, "shards", rows, "--shards", "1024", "--on", "local", ...model, "--out", far);
    const empty = await sysgen(folder, "run", "--shard", "1/1024", "--out", far, "--quiet");
    const reading = await measureOnce("read", rows, count);
    rmSync(rows);
    return { count, merge, mergedAgain, empty, readingMs: reading.cpuUs / 1000, paidByMerge };
  });
}

export async function benchShards(counts) {
  const runs = await withServer([{ latency: { from: 0, to: 1 }, inFlight: 256 }], async (server) => {
    const all = [];
    for (const count of counts) all.push(await measureSize(server, count));
    return all;
  });
  const rate = ({ count, merge }) => count / (merge.cpuMs / 1000);
  const beside = ({ empty, readingMs }) => (empty.cpuMs - readingMs) / 1000;
  const header = ["rows", "reading the file", "a shard without rows", "merge", "rows a second of CPU", "merge, peak memory", "merge again"];
  const lines = runs.map((run) => [
    number(run.count),
    `${(run.readingMs / 1000).toFixed(2)} s`,
    `${(run.empty.cpuMs / 1000).toFixed(2)} s`,
    `${(run.merge.cpuMs / 1000).toFixed(2)} s`,
    number(Math.round(rate(run))),
    `${Math.round(run.merge.peakMB)} MB`,
    `${(run.mergedAgain.cpuMs / 1000).toFixed(2)} s`,
  ]);
  const [first, last] = [runs[0], runs.at(-1)];
  const memory = last.merge.peakMB / first.merge.peakMB;
  const most = Math.max(...runs.map(beside));
  const paid = runs.reduce((sum, run) => sum + run.paidByMerge, 0);
  const seen = [
    {
      what: "CPU of a shard beside reading",
      bar: `at most ${bars.shardSeconds} s`,
      seen: `${most.toFixed(2)} s`,
      met: most <= bars.shardSeconds,
    },
    {
      what: `merge of ${number(last.count)} rows, rows a second of CPU`,
      bar: `at least ${number(bars.rowsPerSecond)}`,
      seen: number(Math.round(rate(last))),
      met: rate(last) >= bars.rowsPerSecond,
    },
    {
      what: `peak memory of a merge at ${number(last.count)} rows, to that at ${number(first.count)}`,
      bar: `at most ${times(bars.memory)}`,
      seen: times(memory),
      met: memory <= bars.memory,
    },
    { what: "calls of the merges", bar: "0", seen: String(paid), met: paid === 0 },
  ];
  console.log(`CPU of the whole process, user and system.\n\n${table(header, lines)}\n\n${overview([{ id: "shards", bars: seen }])}`);
}
