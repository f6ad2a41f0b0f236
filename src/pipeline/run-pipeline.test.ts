import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startModelServer, wellBehaved } from "../../test/fixtures/model-server.ts";
import { questions, readRun, temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { resolveConfig } from "../config/run-config.ts";
import { runPipeline } from "./run-pipeline.ts";

describe("a run of the journal alone", () => {
  test("leaves rows without an outcome whose calls the journal does not hold, and pays nothing", async () => {
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(6));
    const out = join(folder.path, "run");
    // The row q3 fails, and q4 has no response yet.
    await using server = await startModelServer((call) =>
      call.phase === "respond" && /number [34]\?/.test(JSON.stringify(call.body)) ? { status: 400, body: "no" } : wellBehaved(call),
    );
    const config = resolveConfig({ input, out, model: "m", baseUrl: [server.url], verify: { calibrationRows: 0 }, maxRetries: 0 });
    const first = await runPipeline(config, { env: {} });
    expect(first.rows).toMatchObject({ in: 6, done: 4, failed: 2 });
    const calls = server.calls.length;

    const alone = await runPipeline(config, { env: {}, journalOnly: true });
    expect(alone).toMatchObject({ state: "stopped", waiting: 2, rows: { in: 4, done: 4, failed: 0 } });
    expect(alone.stoppedBy).toBe("2 rows wait for replies that the journal does not hold.");
    expect(server.calls.length).toBe(calls);
    const { dataset, rejected } = await readRun(out);
    expect(dataset.map(({ id }) => id)).toEqual(["q0", "q1", "q2", "q5"]);
    expect(rejected).toEqual([]);
    expect(JSON.parse(await readFile(join(out, "run.json"), "utf8"))).toMatchObject({ state: "stopped" });
  });

  test("draws the judge's line no sooner than the journal holds its calls, and makes the bytes of a run that asked", async () => {
    await using folder = await temporaryFolder();
    const input = await folder.jsonl("rows.jsonl", questions(5));
    await using server = await startModelServer();
    const configOf = (out: string, constrain?: "none") =>
      resolveConfig({ input, out: join(folder.path, out), model: "m", baseUrl: [server.url], constrain });
    await expect(runPipeline(configOf("b"), { env: {}, journalOnly: true })).rejects.toThrow("Name it with --constrain");
    const empty = await runPipeline(configOf("b", "none"), { env: {}, journalOnly: true });
    expect(empty).toMatchObject({ state: "stopped", waiting: 5, rows: { in: 0 } });
    await runPipeline(configOf("a"), { env: {} });
    await folder.file("b/journal.jsonl", await readFile(join(folder.path, "a", "journal.jsonl")));
    const calls = server.calls.length;
    expect(await runPipeline(configOf("b", "none"), { env: {}, journalOnly: true })).toMatchObject({
      state: "finished",
      rows: { done: 5 },
    });
    expect(server.calls.length).toBe(calls);
    expect(await readFile(join(folder.path, "b", "dataset.jsonl"))).toEqual(await readFile(join(folder.path, "a", "dataset.jsonl")));
  });
});
