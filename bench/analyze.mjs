// npm run bench -- analyze [--rows n] [--repeat n]
// Compares `sysgen analyze` with the metric library alone on the same pairs of texts. Also measures
// `sysgen analyze` on a run of a tenth of the rows.
import { availableParallelism, loadavg } from "node:os";
import { makeAnalysisRun } from "./analysis-run.mjs";
import { measured } from "./measure.mjs";
import { median, number, overview, seconds, spread, table, times } from "./table.mjs";
import { withFolder } from "./temporary.mjs";

const here = (name) => new URL(name, import.meta.url).pathname;

async function measureOnce(folder, ...args) {
  const { code, err, ...cost } = await measured(folder, args);
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${err}`);
  return cost;
}

export async function benchAnalysis({ repeat, rows }) {
  console.log(`Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}; ${repeat} repetitions.`);
  await withFolder(async (folder) => {
    const small = await makeAnalysisRun(folder, rows / 10);
    const large = await makeAnalysisRun(folder, rows);
    const analyze = (run) => measureOnce(folder, here("../dist/cli/main.js"), "analyze", run);
    const runs = [];
    for (let time = 0; time < repeat; time++) {
      const floor = await measureOnce(folder, here("analysis-floor.mjs"), large.pairs);
      runs.push({ floor, large: await analyze(large.run), small: await analyze(small.run) });
    }
    const line = (name, side) => {
      const of = (key) => runs.map((run) => run[side][key]);
      return [
        name,
        spread(of("cpuMs"), seconds),
        `${median(of("seconds")).toFixed(1)} s`,
        spread(of("peakMB"), (mb) => `${Math.round(mb)} MB`),
      ];
    };
    const cpu = runs.map(({ floor, large }) => large.cpuMs / floor.cpuMs);
    const memory = runs.map(({ large, small }) => large.peakMB / small.peakMB);
    console.log(
      table(
        ["", "CPU", "time", "peak memory"],
        [
          line(`metrics alone, ${number(rows)} rows`, "floor"),
          line(`sysgen analyze, ${number(rows)} rows`, "large"),
          line(`sysgen analyze, ${number(rows / 10)} rows`, "small"),
        ],
      ),
    );
    const bars = [
      { what: "CPU, to that of the metrics alone", bar: "at most 2 x", seen: spread(cpu, times), met: median(cpu) <= 2 },
      {
        what: `peak memory at ${number(rows)} rows, to that at ${number(rows / 10)}`,
        bar: "at most 1.3 x",
        seen: spread(memory, times),
        met: median(memory) <= 1.3,
      },
    ];
    console.log(`\n${overview([{ id: "analyze", bars }])}`);
  });
}
