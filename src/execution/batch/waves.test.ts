import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startBatchServer, type BatchServer } from "../../../test/fixtures/batch-server.ts";
import { questions, temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import type { ConfigInput } from "../../config/config-schema.ts";
import { resolveConfig } from "../../config/run-config.ts";
import { runPipeline } from "../../pipeline/run-pipeline.ts";
import type { RunSummary } from "../../runs/summary.ts";

/** Runs rows with all calls in batches. */
async function run(
  folder: Folder,
  server: BatchServer,
  rows: number,
  more: ConfigInput = {},
): Promise<RunSummary & { readonly notices: string[] }> {
  const input = await folder.jsonl("rows.jsonl", questions(rows));
  const notices: string[] = [];
  const config = resolveConfig({
    input,
    out: join(folder.path, "run"),
    model: "m",
    baseUrl: [server.url],
    preset: "paper",
    batch: true,
    batchLeast: 0,
    ...more,
  });
  const summary = await runPipeline(config, { env: {}, observer: { onNotice: (text) => notices.push(text) } });
  return { ...summary, notices };
}

const bytesOf = (folder: Folder, out: string): Promise<string> => readFile(join(folder.path, out, "dataset.jsonl"), "utf8");

describe("a run in batches", () => {
  test("has the bytes of a run online, in three waves, without a call online", async () => {
    await using folder = await temporaryFolder();
    await using server = await startBatchServer();
    const summary = await run(folder, server, 200);
    expect(summary).toMatchObject({ state: "finished", rows: { done: 200 } });
    expect(server.answered).toEqual({ online: 0, batch: 600 });
    expect(server.batches).toEqual([200, 200, 200]);
    await run(folder, server, 200, { out: join(folder.path, "online"), batch: false });
    expect(await bytesOf(folder, "run")).toBe(await bytesOf(folder, "online"));
    expect(server.answered.online).toBe(600);
  });
});
