// G. Compares with a computed ideal and has no floor, because the floor does not retry. The server
// takes 32 calls at once.
import { rowsFile, runSysgen } from "../measure.mjs";
import { repeated, withServer } from "../repeat.mjs";
import { median, number, percent, seconds, spread, table, times } from "../table.mjs";

const load = { rows: 2_000, latency: { ms: 200 }, capacity: 32, inFlight: 96 };
const bucketMs = 500;
/** The start phase ends when this many buckets in a row are calm. */
const calmBuckets = 4;
const calmShare = 0.02;

/** Requests and 429s in each half second. */
function halfSeconds(buckets) {
  const halves = [];
  for (const [index, { requests, refused }] of buckets.entries()) {
    const half = (halves[Math.floor(index / 5)] ??= { requests: 0, refused: 0 });
    half.requests += requests;
    half.refused += refused;
  }
  return halves;
}

/**
 * Finds the end of the start phase, which is the end of the last bucket with more than 2% of 429s
 * before the first two seconds without such a bucket. Also returns the share of 429s after it.
 */
function settling(halves) {
  let end = 0;
  for (const [index, { requests, refused }] of halves.entries()) {
    if (refused > calmShare * requests) end = index + 1;
    else if (index - end + 1 >= calmBuckets) break;
  }
  const after = halves.slice(end);
  const sum = (key) => after.reduce((total, half) => total + half[key], 0);
  return { settleMs: end * bucketMs, shareAfter: sum("refused") / Math.max(1, sum("requests")) };
}

export const capacity = {
  id: "G",
  title: "adaptive concurrency: 2,000 rows, 200 ms, 96 in flight asked of a server that takes 32 (429, Retry-After 1)",
  async run(bench) {
    const count = bench.rows ?? load.rows;
    const idealMs = (3 * count * load.latency.ms) / load.capacity;
    const runs = await withServer([load], (server) =>
      repeated(bench, async (folder) => {
        await server.reset();
        const { summary } = await runSysgen(folder, { rows: await rowsFile(folder, count), server, inFlight: load.inFlight });
        const { buckets, ...counts } = await server.counts();
        const halves = halfSeconds(buckets);
        return { failed: summary.rows.failed, ...settling(halves), ...counts, halves };
      }),
    );
    const line = (name, of, format = number) => [name, spread(runs.map(of), format)];
    const shareAfter = median(runs.map((run) => run.shareAfter));
    const failed = Math.max(...runs.map((run) => run.failed));
    const firstHalves = runs.at(-1).halves.slice(0, 12);
    return {
      tables: [
        table(
          ["", "median (least to most)"],
          [
            line("time to settle", (run) => run.settleMs, seconds),
            line("429s of all requests", (run) => run.refused / run.requests, percent),
            line("429s after settling", (run) => run.shareAfter, percent),
            line("requests a unique request", (run) => run.requests / run.unique, times),
            line("in flight, mean", (run) => run.meanInFlight),
            line(`first request to last reply, to the ideal of ${seconds(idealMs)}`, (run) => run.windowMs / idealMs, times),
            line("rows failed", (run) => run.failed),
          ],
        ),
        `Requests and 429s of the last repetition by half second: ${firstHalves.map(({ requests, refused }) => `${requests}/${refused}`).join(", ")}`,
      ],
      bars: [
        { what: "429s after settling", bar: "under 2%", seen: percent(shareAfter), met: shareAfter < calmShare },
        { what: "rows failed", bar: "0", seen: number(failed), met: failed === 0 },
      ],
      data: runs,
    };
  },
};
