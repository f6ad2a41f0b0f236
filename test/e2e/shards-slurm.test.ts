import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { messageOf } from "../../src/errors.ts";
import { startModelServer } from "../fixtures/model-server.ts";
import { filesOf, paidIn, sameAgain, sayings } from "../fixtures/sharded-run.ts";
import { startSlurm, whyNoSlurm } from "../fixtures/slurm.ts";
import { runArguments, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";

describe.skipIf(whyNoSlurm !== undefined)(`shards as tasks of a real Slurm${whyNoSlurm === undefined ? "" : ` (${whyNoSlurm})`}`, () => {
  test("make the bytes of one process, and pay no call twice", async (context) => {
    await using folder = await temporaryFolder();
    await using server = await startModelServer(sameAgain);
    await using slurm = await startSlurm(2).catch((error: unknown) => context.skip(`Slurm does not start here: ${messageOf(error)}`));
    const input = await folder.jsonl("rows.jsonl", sayings(60));
    const config = await folder.file("sysgen.yaml", "verify:\n  calibrationRows: 6\n");
    const [one, out] = [join(folder.path, "one"), join(folder.path, "out")];
    expect((await sysgen(runArguments(input, server, one, "--config", config))).code).toBe(0);
    const billed = server.billed.length;
    const planned = await sysgen([
      "shards",
      ...runArguments(input, server, out, "--config", config, "--shards", "4", "--on", "slurm", "--json").slice(1),
    ]);
    expect(planned).toMatchObject({ code: 0, stderr: "" });
    const { script } = JSON.parse(planned.stdout) as { script: string };
    const states = await slurm.ended(await slurm.submit(script), 120_000);
    expect([...states.values()]).toEqual(Array(4).fill("COMPLETED"));
    const paid = await paidIn(out);
    expect(new Set(paid).size).toBe(paid.length);
    expect(server.billed.length).toBe(2 * billed);

    const merged = await sysgen(["merge", out, "--json"]);
    expect(merged).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(merged.stdout)).toMatchObject({ state: "finished", unfinished: [], joinedCalls: paid.length });
    expect(server.billed.length).toBe(2 * billed);
    expect(await filesOf(out)).toBe(await filesOf(one));
    const status = await sysgen(["status", out, "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({ planned: 4, states: { finished: 5 }, merged: { state: "finished" } });
  }, 180_000);
});
