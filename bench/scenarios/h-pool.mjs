// H. Three endpoints. One is 5 times slower, and one dies at half of the calls and is back after 3
// s. Compares sysgen with a floor that is told how many calls each endpoint takes.
import { rowsFile, runPoolFloor, runSysgen } from "../measure.mjs";
import { repeated, withServer } from "../repeat.mjs";
import { median, number, percent, seconds, spread, table } from "../table.mjs";

const [rows, inFlight, capacity, deadMs] = [2_000, 96, 32, 3_000];
const latencies = [200, 200, 1_000];
const dying = 1;

/** Runs one client once, with the death and the return of an endpoint. */
async function runOnce(server, count, client) {
  await server.reset();
  let back = Promise.resolve();
  await server.atRequests((3 * count) / 2, () => {
    back = server
      .kill(dying)
      .then(() => new Promise((resolve) => setTimeout(resolve, deadMs)))
      .then(() => server.revive(dying));
  });
  const { summary } = await client();
  await back;
  const { buckets: _buckets, ...counts } = await server.counts();
  return { summary, ...counts };
}

/** @param lanes Calls at once that the floor gives to each endpoint. */
async function measure(bench, count, { limit, lanes }) {
  const endpoints = latencies.map((ms) => ({ latency: { ms }, ...(limit === undefined ? {} : { capacity: limit }) }));
  return withServer(endpoints, (server) =>
    repeated(bench, async (folder) => {
      const options = { rows: await rowsFile(folder, count), server, inFlight, lanes };
      const { windowMs: floorMs } = await runOnce(server, count, () => runPoolFloor(folder, options));
      const { summary, ...counts } = await runOnce(server, count, () => runSysgen(folder, options));
      return { notDone: summary.rows.in - summary.rows.done, floorMs, ...counts };
    }),
  );
}

/**
 * The ideal with limits. Each endpoint is full while it is alive, and its rate is its capacity over
 * its latency.
 */
function limitedIdealMs(calls) {
  const rates = latencies.map((ms) => capacity / ms);
  const missed = rates[dying] * deadMs;
  return (calls + missed) / rates.reduce((sum, rate) => sum + rate, 0);
}
/** The ideal without limits. All calls fit on a fast endpoint that never dies. */
const freeIdealMs = (calls) => (calls * Math.min(...latencies)) / inFlight;

export const pool = {
  id: "H",
  title: "pool: 2,000 rows, 96 in flight, endpoints of 200 ms, 200 ms (dead for 3 s from half of the calls on) and 1 s",
  async run(bench) {
    const count = bench.rows ?? rows;
    const variants = [
      {
        name: "H, each takes 32",
        runs: await measure(bench, count, { limit: capacity, lanes: latencies.map(() => capacity) }),
        idealMs: limitedIdealMs(3 * count),
      },
      { name: "H2, no limits", runs: await measure(bench, count, { lanes: [inFlight] }), idealMs: freeIdealMs(3 * count) },
    ];
    const line = (name, of, format = number) => [
      name,
      ...variants.map((variant) =>
        spread(
          variant.runs.map((run) => of(run, variant)),
          format,
        ),
      ),
    ];
    const share = (run, { idealMs }) => idealMs / run.windowMs;
    const ofFloor = (run) => run.floorMs / run.windowMs;
    const notDone = Math.max(...variants.flatMap(({ runs }) => runs.map((run) => run.notDone)));
    return {
      tables: [
        table(
          ["median (least to most)", ...variants.map(({ name }) => name)],
          [
            line("first request to last reply", (run) => run.windowMs, seconds),
            ["ideal", ...variants.map(({ idealMs }) => seconds(idealMs))],
            line("floor", (run) => run.floorMs, seconds),
            line("throughput, of the ideal", share, percent),
            line("the floor's, of the ideal", (run, { idealMs }) => idealMs / run.floorMs, percent),
            line("throughput, of the floor's", ofFloor, percent),
            line("rows not done", (run) => run.notDone),
            line("requests a unique request", (run) => run.requests / run.unique),
            line("429s", (run) => run.refused),
            line("calls lost with the endpoint", (run) => run.dropped),
            ...latencies.map((ms, index) =>
              line(`replies of the endpoint of ${ms} ms${index === dying ? " that dies" : ""}`, (run) => run.endpoints[index].paid),
            ),
          ],
        ),
      ],
      bars: [
        ...variants.flatMap((variant) =>
          [
            { than: "the ideal", of: share },
            { than: "the floor's", of: ofFloor },
          ].map(({ than, of }) => {
            const seen = median(variant.runs.map((run) => of(run, variant)));
            return { what: `throughput of ${variant.name}, of ${than}`, bar: "at least 90%", seen: percent(seen), met: seen >= 0.9 };
          }),
        ),
        { what: "rows failed", bar: "0", seen: number(notDone), met: notDone === 0 },
      ],
      data: variants,
    };
  },
};
