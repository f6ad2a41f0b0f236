import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { heldToJson, startModelServer } from "../../test/fixtures/model-server.ts";
import { questions, temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { resolveConfig, type RunConfig } from "../config/run-config.ts";
import type { Config } from "../config/config-schema.ts";
import { previewPipeline } from "./preview.ts";
import { runPipeline } from "./run-pipeline.ts";

test("preview finds out what the server enforces, and the run and its resumption go on with it", async () => {
  await using folder = await temporaryFolder();
  await using server = await startModelServer(undefined, (call) => heldToJson(call) ?? { text: "yes" });
  const input = await folder.jsonl("rows.jsonl", questions(2));
  const out = join(folder.path, "run");
  const configOf = (more: Config = {}): RunConfig =>
    resolveConfig({
      input,
      out,
      model: "m",
      baseUrl: [server.url],
      verify: { calibrationRows: 0 },
      headers: { "x-key": "hidden-value" },
      ...more,
    });
  const env = { env: {} };
  await previewPipeline(configOf(), env);
  const paid = server.calls.length;
  const notices: string[] = [];
  const summary = await runPipeline(configOf(), { ...env, observer: { onNotice: (text) => notices.push(text) } });
  await runPipeline(configOf(), env);
  expect([server.calls.length, server.probes.length]).toEqual([paid, 2]);
  expect(notices.filter((text) => text.includes("to a form"))).toEqual([]);
  expect(summary.calls.find(({ phase }) => phase === "probe")).toMatchObject({ calls: 2 });
  expect(server.calls.filter(({ phase }) => phase === "generate").every(({ body }) => "response_format" in body)).toBe(true);
  const recorded = await readFile(join(out, "run.json"), "utf8");
  expect(recorded).toContain('"constraintField": "json-schema"');
  expect(recorded).not.toContain("hidden-value");
  // Another field of the user's own is another configuration.
  await expect(runPipeline(configOf({ request: { top_p: 0.5 } }), env)).rejects.toThrow("generate.request: null there");
});
