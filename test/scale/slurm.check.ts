import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startModelServer } from "../fixtures/model-server.ts";
import { filesOf, paidIn, sameAgain, sayings } from "../fixtures/sharded-run.ts";
import { processesWith } from "../fixtures/processes.ts";
import { startSlurm, whyNoSlurm } from "../fixtures/slurm.ts";
import { runArguments, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

/** Calls that each task has in flight at most. */
const inFlight = 8;

describe.skipIf(whyNoSlurm !== undefined)(`a real Slurm of two nodes${whyNoSlurm === undefined ? "" : ` (${whyNoSlurm})`}`, () => {
  test("8 shards are one process, through the loss of a process, of a node and of the controller", async () => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(async (call) => {
      await setTimeout(100);
      return sameAgain(call);
    });
    await using slurm = await startSlurm(2);
    const input = await folder.jsonl("rows.jsonl", sayings(400));
    const config = await folder.file("sysgen.yaml", "verify:\n  calibrationRows: 6\n");
    const [one, out] = [join(folder.path, "one"), join(folder.path, "out")];
    const flags = ["--config", config, "--concurrency", String(inFlight)];
    expect((await sysgen(runArguments(input, server, one, ...flags))).code).toBe(0);
    const billed = server.billed.length;
    const planned = await sysgen([
      "shards",
      ...runArguments(input, server, out, ...flags).slice(1),
      "--shards",
      "8",
      "--on",
      "slurm",
      "--json",
    ]);
    const job = await slurm.submit((JSON.parse(planned.stdout) as { script: string }).script);

    let kills = 0;
    const atWork = async (): Promise<number> => {
      for (;;) {
        const [pid] = processesWith(`run --shard env --out ${out}`);
        const before = server.billed.length;
        await setTimeout(1_000);
        if (pid !== undefined && server.billed.length > before) return pid;
      }
    };
    process.kill(await atWork(), "SIGKILL");
    kills++;
    await atWork();
    slurm.killController();
    await setTimeout(2_000);
    await slurm.startController();
    await atWork();
    slurm.loseNode("n2");
    kills++;
    // Tasks that the controller has started again beside themselves wait for the lock.
    const states = await slurm.ended(job, 600_000);
    expect([...states.values()]).toEqual(Array(8).fill("COMPLETED"));
    const again = server.billed.length - 2 * billed;
    console.log(`${billed} calls by one process; by 8 shards ${again} more after ${kills} kills with ${inFlight} in flight`);
    expect(again).toBeLessThanOrEqual(kills * inFlight);
    const paid = await paidIn(out);
    expect(new Set(paid).size).toBe(paid.length);

    const before = server.billed.length;
    const merged = await sysgen(["merge", out, "--json"]);
    expect(JSON.parse(merged.stdout)).toMatchObject({ state: "finished", unfinished: [], rows: { in: 400 } });
    expect(server.billed.length).toBe(before);
    expect(await filesOf(out)).toBe(await filesOf(one));
  });

  test("a task that is queued again for another job loses no call", async () => {
    await using folder = await temporaryFolder();
    let delayMs = 2_000;
    await using server = await startModelServer(async (call) => {
      await setTimeout(delayMs);
      return sameAgain(call);
    });
    await using slurm = await startSlurm(1);
    const input = await folder.jsonl("rows.jsonl", sayings(40));
    const out = join(folder.path, "out");
    const flags = ["--preset", "paper", "--constrain", "none", "--concurrency", String(inFlight)];
    const planned = await sysgen([
      "shards",
      ...runArguments(input, server, out, ...flags).slice(1),
      "--shards",
      "1",
      "--on",
      "slurm",
      "--json",
    ]);
    const job = await slurm.submit((JSON.parse(planned.stdout) as { script: string }).script);
    while (server.calls.length < inFlight) await setTimeout(50);
    await slurm.requeue(job);
    delayMs = 0;
    const states = await slurm.ended(job, 120_000);
    expect([...states.values()]).toEqual(["COMPLETED"]);
    const paid = await paidIn(out);
    expect([new Set(paid).size, server.billed.length]).toEqual([paid.length, paid.length]);
  });
});
