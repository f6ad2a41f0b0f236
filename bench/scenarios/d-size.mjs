// D. Runs the same load once at each of three sizes, after a warm-up at the smallest size. Then
// runs the middle size with a small heap.
import { rowsFile, runFloor, runSysgen } from "../measure.mjs";
import { withServer } from "../repeat.mjs";
import { number, seconds, table, times } from "../table.mjs";
import { withFolder } from "../temporary.mjs";
import { runOnce } from "./against-floor.mjs";

const load = { latency: { from: 0, to: 5 }, inFlight: 256 };
const smallHeap = { NODE_OPTIONS: "--max-old-space-size=128" };

export const size = {
  id: "D",
  title: "size: 2,000, 20,000 and 200,000 rows, 0 to 5 ms, 256 in flight, once each after a warm-up at 2,000",
  async run(bench) {
    const large = bench.rows ?? 200_000;
    const steps = [large / 100, large / 10, large];
    const runs = await withServer([load], async (server) => {
      const measure = (rows, env) =>
        withFolder(async (folder) => {
          const options = { rows: await rowsFile(folder, rows), server, inFlight: load.inFlight, env };
          const floor = env === undefined ? await runOnce(runFloor, folder, options) : undefined;
          return { rows, env, floor, sysgen: await runOnce(runSysgen, folder, options) };
        });
      await measure(steps[0]);
      const measured = [];
      for (const rows of steps) measured.push(await measure(rows));
      measured.push(await measure(steps[1], smallHeap).catch(({ message }) => ({ rows: steps[1], env: smallHeap, error: message })));
      return measured;
    });
    const [small, middle, most, limited] = runs;
    const perRow = (run, side = "sysgen") => run[side].windowMs / run.rows;
    const lines = runs
      .filter(({ error }) => error === undefined)
      .map((run) => {
        const { rows, env, floor, sysgen } = run;
        const beside = (format, of) => [format(of(sysgen)), floor ? format(of(floor)) : "", floor ? times(of(sysgen) / of(floor)) : ""];
        return [
          `${number(rows)}${env ? `, ${env.NODE_OPTIONS}` : ""}`,
          ...beside(seconds, ({ windowMs }) => windowMs),
          ...beside(
            (ms) => `${ms.toFixed(2)} ms`,
            ({ windowMs }) => windowMs / rows,
          ),
          ...beside(
            (ms) => `${ms.toFixed(3)} ms`,
            ({ cpuMs, paid }) => cpuMs / paid,
          ),
          ...beside(
            (mb) => `${Math.round(mb)} MB`,
            ({ peakMB }) => peakMB,
          ),
        ];
      });
    const memory = most.sysgen.peakMB / small.sysgen.peakMB;
    const slower = Math.max(perRow(most) / perRow(small), perRow(most) / perRow(middle));
    const compared = ["", "first request to last reply", "a row", "CPU a call", "peak memory"];
    const header = compared.flatMap((name, index) => (index === 0 ? ["rows"] : [name, "floor", "ratio"]));
    return {
      tables: [table(header, lines)],
      bars: [
        {
          what: `peak memory at ${number(most.rows)} rows, to that at ${number(small.rows)}`,
          bar: "at most 1.10 x",
          seen: times(memory),
          met: memory <= 1.1,
        },
        {
          what: `time a row at ${number(most.rows)} rows, to that of smaller ones (the larger ratio)`,
          bar: "at most 1.10 x",
          seen: times(slower),
          met: slower <= 1.1,
        },
        {
          what: `${number(limited.rows)} rows with ${smallHeap.NODE_OPTIONS}`,
          bar: "ends well",
          seen: limited.error ?? `${Math.round(limited.sysgen.peakMB)} MB`,
          met: limited.error === undefined,
        },
      ],
      data: runs,
    };
  },
};
