// npm run bench:crash [-- kills] [--seed n]
// Kills a run (kill -9) at a random moment and starts it again, until the number of kills is
// reached. Checks each run directory when its run has finished.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rowsFile, runSysgen } from "./measure.mjs";
import { digestOf, readOutputs } from "./outputs.mjs";
import { withServer } from "./repeat.mjs";
import { table } from "./table.mjs";
import { drawn } from "./latency.mjs";
import { withFolder } from "./temporary.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string", default: String(Date.now() % 1_000_000) } },
});
const kills = Number(positionals[0] ?? 100);
const seed = Number(values.seed);
const [count, inFlight, latency] = [2_000, 96, { ms: 20 }];
const calls = 3 * count;
let draws = 0;
const upTo = (most) => Math.floor(most * drawn(seed, 0, draws++));

/**
 * Returns a function that kills the run at a random moment. One time in ten it is in the first half
 * second, while the run opens its files. One time in ten it is about when the last call is done,
 * while the run writes its output. Otherwise it is up to 20 ms after the next 1 to 1,500 requests.
 */
function killSomewhere(server, asked) {
  const where = upTo(10);
  const more = where === 1 ? calls - asked : 1 + upTo(1_500);
  const waitMs = where === 0 ? upTo(500) : where === 1 ? upTo(200) : upTo(20);
  return (child) => {
    const later = () => setTimeout(() => child.kill("SIGKILL"), waitMs);
    if (where === 0) later();
    else void server.atRequests(asked + Math.max(1, more), later);
  };
}

/** Kills and resumes one run directory until a run ends by itself. */
async function untilDone(folder, server, options, killsLeft) {
  await server.reset();
  let killed = 0;
  for (;;) {
    const { requests } = await server.counts();
    const started = killed < killsLeft ? killSomewhere(server, requests) : undefined;
    const { summary } = await runSysgen(folder, { ...options, started });
    await server.atRequests(Infinity, () => {});
    if (summary) return { killed, summary, ...(await server.counts()) };
    killed++;
    await server.nextLife();
  }
}

await withServer([{ latency }], (server) =>
  withFolder(async (folder) => {
    const options = { rows: await rowsFile(folder, count), server, inFlight };
    console.log(`${kills} kills, seed ${seed}: ${count} rows, ${latency.ms} ms, ${inFlight} in flight`);
    const out = join(folder, "run");
    const fresh = () => rmSync(out, { recursive: true, force: true });
    await untilDone(folder, server, options, 0);
    const expected = digestOf(out);
    const total = { kills: 0, folders: 0, lost: 0, doubled: 0, strangers: 0, differ: 0, twice: 0, mostTwice: 0, over: 0 };
    while (total.kills < kills) {
      fresh();
      const { killed, summary, paidTwice } = await untilDone(folder, server, options, kills - total.kills);
      const { missing, doubled, strangers } = await readOutputs(out, count);
      total.folders++;
      total.kills += killed;
      total.lost += missing + summary.rows.failed;
      total.doubled += doubled;
      total.strangers += strangers;
      if (digestOf(out) !== expected) total.differ++;
      for (const twice of paidTwice) {
        total.twice += twice;
        total.mostTwice = Math.max(total.mostTwice, twice);
        if (twice > inFlight) total.over++;
      }
      console.log(
        `${total.kills} kills: ${killed} in this directory, paid twice after each ${Array.from({ length: killed }, (_, index) => paidTwice[index] ?? 0).join(", ")}`,
      );
    }
    console.log(
      `\n${table(
        ["what", "seen", "bar"],
        [
          ["kills, run directories", `${total.kills}, ${total.folders}`, ""],
          ["rows lost", total.lost, 0],
          ["rows doubled, rows with replies of others", `${total.doubled}, ${total.strangers}`, "0, 0"],
          ["datasets that differ from an undisturbed run's", total.differ, 0],
          [
            "calls paid twice: a kill on average, at most",
            `${(total.twice / total.kills).toFixed(1)}, ${total.mostTwice}`,
            `at most ${inFlight}`,
          ],
          ["kills that cost more than the calls in flight", total.over, 0],
        ],
      )}`,
    );
    const faults = total.lost + total.doubled + total.strangers + total.differ + total.over;
    console.log(faults === 0 ? "\nmet" : "\n**not met**");
    if (faults > 0) process.exitCode = 1;
  }),
);
