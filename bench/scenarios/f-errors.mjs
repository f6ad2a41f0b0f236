// F. Counts requests and has no floor, because the floor does not retry. The server answers 500
// after the full latency, to 5% of requests in one run and to 30% in another.
import { rowsFile, runSysgen } from "../measure.mjs";
import { repeated, withServer } from "../repeat.mjs";
import { median, number, seconds, spread, table, times } from "../table.mjs";

const load = { rows: 2_000, latency: { ms: 200 }, inFlight: 96 };
const rates = [0.05, 0.3];

/**
 * Requests in the busiest 100 ms, divided by the mean of all 100 ms. The first second is left out,
 * because all lanes begin at once in it.
 */
function peak(buckets) {
  const later = buckets.slice(10, -1).map(({ requests }) => requests);
  return Math.max(...later) / (later.reduce((sum, requests) => sum + requests, 0) / later.length);
}

export const errors = {
  id: "F",
  title: "errors: 2,000 rows, 200 ms, 96 in flight, 5% and 30% of requests answered 500",
  async run(bench) {
    const count = bench.rows ?? load.rows;
    const measure = (errorRate) =>
      withServer([{ ...load, errorRate }], (server) =>
        repeated(bench, async (folder) => {
          await server.reset();
          const { summary } = await runSysgen(folder, { rows: await rowsFile(folder, count), server, inFlight: load.inFlight });
          const { buckets, ...counts } = await server.counts();
          return { failed: summary.rows.failed, notDone: summary.rows.in - summary.rows.done, peak: peak(buckets), ...counts };
        }),
      );
    const [few, many] = [await measure(rates[0]), await measure(rates[1])];
    const ideal = (run) => run.latencyMs / load.inFlight;
    const line = (name, of, format = number) => [name, spread(few.map(of), format), spread(many.map(of), format)];
    const lost = Math.max(...[...few, ...many].map((run) => run.notDone));
    return {
      tables: [
        table(
          ["median (least to most)", "5%", "30%"],
          [
            line("rows not done", (run) => run.notDone),
            line("errors", (run) => run.errors),
            line("requests a unique request", (run) => run.requests / run.unique, times),
            ["the same, ideal: each error asked again once", ...rates.map((rate) => times(1 / (1 - rate)))],
            line("busiest 100 ms, to the mean", (run) => run.peak, times),
            line("in flight, mean", (run) => run.meanInFlight),
            line("first request to last reply", (run) => run.windowMs, seconds),
            line("the same, to the ideal of all latencies over 96", (run) => run.windowMs / ideal(run), times),
          ],
        ),
      ],
      bars: [
        { what: "rows lost that a retry could save (most)", bar: "0", seen: number(lost), met: lost === 0 },
        ...[few, many].map((runs, index) => {
          const asked = median(runs.map((run) => run.requests / run.unique)) * (1 - rates[index]);
          return {
            what: `requests at ${100 * rates[index]}% errors, to the ideal`,
            bar: "at most 1.05 x",
            seen: times(asked),
            met: asked <= 1.05,
          };
        }),
      ],
      data: { few, many },
    };
  },
};
