// H: three endpoints, one 5x slower, one that dies at half of the calls and is back after 3 s; by sysgen, and by a floor that knows what each takes.
import { rowsFile, runPoolFloor, runSysgen } from "../measure.mjs";
import { repeated, withServer } from "../repeat.mjs";
import { median, number, percent, seconds, spread, table } from "../table.mjs";

const [rows, inFlight, capacity, deadMs] = [2_000, 96, 32, 3_000];
const latencies = [200, 200, 1_000];
const dying = 1;

/** One run of one client, with the death and the return of an endpoint. */
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

/** Each living endpoint is full all the time: its capacity over its latency, over the time that it lives. */
function limitedIdealMs(calls) {
  const rates = latencies.map((ms) => capacity / ms);
  const missed = rates[dying] * deadMs;
  return (calls + missed) / rates.reduce((sum, rate) => sum + rate, 0);
}
/** Without limits all calls fit on a fast endpoint, which is there all the time. */
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
