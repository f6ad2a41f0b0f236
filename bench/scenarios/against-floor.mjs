// A, B, C. The floor and sysgen run in turns, over the same rows and the same endpoint.
import { emptyStarts, rowsFile, runFloor, runSysgen } from "../measure.mjs";
import { repeated, withServer } from "../repeat.mjs";
import { median, number, seconds, spread, table, times } from "../table.mjs";

/** Runs one client once. Returns its costs and the server's counts. */
export async function runOnce(run, folder, options) {
  const { server } = options;
  await server.reset();
  const { cpuMs, peakMB, seconds: wallSeconds, summary } = await run(folder, options);
  const { buckets: _buckets, endpoints: _endpoints, ...counts } = await server.counts();
  if (summary && summary.rows.done !== summary.rows.in) throw new Error(`${summary.rows.in - summary.rows.done} rows are not done`);
  return { cpuMs, peakMB, wallSeconds, ...counts };
}

export async function againstFloor(bench, { rows: count, latency, inFlight }) {
  return withServer([{ latency }], (server) =>
    repeated(bench, async (folder) => {
      const options = { rows: await rowsFile(folder, bench.rows ?? count), server, inFlight };
      const starts = await emptyStarts(folder);
      const floor = await runOnce(runFloor, folder, options);
      const sysgen = await runOnce(runSysgen, folder, options);
      return { starts, floor, sysgen };
    }),
  );
}

const ms = (value) => `${value.toFixed(3)} ms`;
export const byWindow = { name: "first request to last reply", of: ({ windowMs }) => windowMs, format: seconds };
export const byCpu = { name: "CPU a call", of: ({ cpuMs, paid }) => cpuMs / paid, format: ms };
export const measures = [
  byWindow,
  byCpu,
  { name: "CPU a call, net of an empty start", of: (run, start) => (run.cpuMs - start) / run.paid, format: ms },
  { name: "peak memory", of: ({ peakMB }) => peakMB, format: (mb) => `${Math.round(mb)} MB` },
];
const counts = [
  { name: "calls, of unique requests", of: ({ requests, unique }) => `${number(requests)}, ${number(unique)}` },
  { name: "in flight, mean and most", of: ({ meanInFlight, maxInFlight }) => `${number(meanInFlight)}, ${maxInFlight}` },
];

/** The ratios of sysgen to the floor in one measure, one for each pair of runs. */
export const ratios = (pairs, { of }) => pairs.map(({ starts, floor, sysgen }) => of(sysgen, starts.sysgen) / of(floor, starts.floor));

export function pairTable(pairs, { inFlight }) {
  const ideal = median(pairs.map(({ sysgen }) => sysgen.latencyMs / inFlight));
  const windows = ["floor", "sysgen"].map((side) => median(pairs.map((pair) => pair[side].windowMs)) / ideal);
  const lines = measures.map((measure) => [
    measure.name,
    ...["floor", "sysgen"].map((side) => measure.format(median(pairs.map((pair) => measure.of(pair[side], pair.starts[side]))))),
    spread(ratios(pairs, measure), times),
  ]);
  const toIdeal = [`the same, to the ideal of ${seconds(ideal)}`, ...windows.map(times), ""];
  const counted = counts.map(({ name, of }) => [name, of(pairs.at(-1).floor), of(pairs.at(-1).sysgen), ""]);
  return table(["", "floor", "sysgen", "ratio, median (least to most)"], [lines[0], toIdeal, ...lines.slice(1), ...counted]);
}

/** A bar on the median ratio of one measure. */
export function ratioBar(pairs, measure, most) {
  const seen = median(ratios(pairs, measure));
  return { what: `${measure.name}, to the floor's`, bar: `at most ${times(most)}`, seen: times(seen), met: seen <= most };
}
