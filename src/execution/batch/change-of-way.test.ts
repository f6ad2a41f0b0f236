import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runInBatches as run } from "../../../test/fixtures/batch-run.ts";
import { startBatchServer } from "../../../test/fixtures/batch-server.ts";
import { completion, wellBehaved, type ServedCall } from "../../../test/fixtures/model-server.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";

describe("a file that no program has answered", () => {
  test.each([
    [true, { online: 0, batch: 15 }],
    [false, { online: 15, batch: 0 }],
  ])("is given up by a command that goes another way (batch: %s)", async (batch, answered) => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    const settings = { constrain: "none" as const, maxCalls: 15 };
    await run(folder, server, 5, { ...settings, batch: "file" });
    const summary = await run(folder, server, 5, { ...settings, batch });
    expect(summary).toMatchObject({ state: "finished", rows: { done: 5 } });
    expect(summary.notices).toMatch(/0001\.out\.jsonl is not there, so the 5 calls of .*0001\.in\.jsonl are asked another way/);
    expect(server.answered).toEqual(answered);
  });

  test("is kept once it has an output, and its replies are taken", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    await run(folder, server, 1, { constrain: "none", batch: "file" });
    const requests = await readFile(join(folder.path, "run", "batches", "0001.in.jsonl"), "utf8");
    const { custom_id, body: asked } = JSON.parse(requests) as { custom_id: string; body: ServedCall["body"] };
    const served = wellBehaved({ phase: "generate", body: asked, headers: {}, index: 0 });
    const body: unknown = JSON.parse(completion("m", "text" in served ? served : { text: "" }));
    const line = JSON.stringify({ custom_id, response: { status_code: 200, body }, error: null });
    await writeFile(join(folder.path, "run", "batches", "0001.out.jsonl"), `${line}\n`);
    await run(folder, server, 1, { constrain: "none" });
    expect(server.answered.batch).toBe(2);
  });
});

test("a file that was written for a server is not sent by a command that writes files", async () => {
  await using folder = await temporaryFolder();
  await using server = await startBatchServer({ before: (route) => (route === "POST /files" ? { status: 401, body: "{}" } : undefined) });
  await expect(run(folder, server, 5)).rejects.toThrow("answered 401");
  server.behaviour.before = () => undefined;
  const routes = [...server.routes];
  const summary = await run(folder, server, 5, { batch: "file" });
  expect(summary.stoppedBy).toMatch(/1 batch with 5 calls is open: .*0002\.in\.jsonl/);
  expect(server.routes).toEqual(routes);
});
