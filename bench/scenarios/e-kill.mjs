// E. Counts calls and has no floor. A client that is killed must not pay twice for a reply that is
// on disk.
import { join } from "node:path";
import { rowsFile, runSysgen } from "../measure.mjs";
import { readOutputs } from "../outputs.mjs";
import { repeated, withServer } from "../repeat.mjs";
import { number, seconds, spread, table } from "../table.mjs";

const load = { rows: 2_000, latency: { ms: 200 }, inFlight: 96 };

export const kill = {
  id: "E",
  title: "kill -9 at half of the calls, then resume: 2,000 rows, 200 ms, 96 in flight",
  async run(bench) {
    const count = bench.rows ?? load.rows;
    const { inFlight } = load;
    const runs = await withServer([load], (server) =>
      repeated(bench, async (folder) => {
        await server.reset();
        const options = { rows: await rowsFile(folder, count), server, inFlight };
        const started = (child) => void server.atRequests((3 * count) / 2, () => child.kill("SIGKILL"));
        const { signal } = await runSysgen(folder, { ...options, started });
        if (signal !== "SIGKILL") throw new Error("the run ended before it was killed");
        await server.nextLife();
        const killed = await server.counts();
        const { summary } = await runSysgen(folder, options);
        const { requests, paid, unique, paidTwice, windowMs } = await server.counts();
        const outputs = await readOutputs(join(folder, "run"), count);
        const lost = outputs.missing + outputs.doubled + outputs.strangers + summary.rows.failed;
        return {
          killedAt: killed.requests,
          inFlightThen: killed.inFlight,
          requests,
          paid,
          unique,
          windowMs,
          lost,
          twice: paidTwice[0] ?? 0,
        };
      }),
    );
    const line = (name, of, format = number) => [name, spread(runs.map(of), format)];
    const twice = Math.max(...runs.map((run) => run.twice));
    const lost = Math.max(...runs.map((run) => run.lost));
    return {
      tables: [
        table(
          ["", "median (least to most)"],
          [
            line("calls when it was killed", (run) => run.killedAt),
            line("of them in flight at the server", (run) => run.inFlightThen),
            line("calls in all", (run) => run.requests),
            line("unique", (run) => run.unique),
            line("paid twice", (run) => run.twice),
            line("rows lost, doubled or mixed up", (run) => run.lost),
            line("first request to last reply, with the pause", (run) => run.windowMs, seconds),
          ],
        ),
      ],
      bars: [
        { what: "calls paid twice (most)", bar: `at most ${inFlight}`, seen: number(twice), met: twice <= inFlight },
        { what: "rows lost", bar: "0", seen: number(lost), met: lost === 0 },
      ],
      data: runs,
    };
  },
};
