import { join } from "node:path";
import { expect, test } from "vitest";
import { resolveConfig } from "../../src/config/run-config.ts";
import { estimateRun } from "../../src/estimate/estimate.ts";
import { runPipeline } from "../../src/pipeline/run-pipeline.ts";
import { foreignCalls, judgeCalls, phrasesWritten, startModelServer, wellBehaved } from "../fixtures/model-server.ts";
import { questions, temporaryFolder } from "../fixtures/sysgen.ts";

test("the calls of an estimate are near those of the run, the calibration's among them, and running again costs none", async () => {
  await using server = await startModelServer((call) => wellBehaved({ ...call, index: 0 }));
  await using folder = await temporaryFolder();
  const input = await folder.jsonl("rows.jsonl", questions(3));
  const config = resolveConfig({ input, out: join(folder.path, "run"), model: "gpt-4o", baseUrl: [server.url] });
  const options = { env: { SYSGEN_OFFLINE: "1" } };
  const callsOf = async (): Promise<number> => (await estimateRun(config, options)).phases.reduce((sum, { calls }) => sum + calls.value, 0);
  const before = await callsOf();
  expect(server.calls).toEqual([]);
  await runPipeline(config, options);
  const callsWith = (phrases: number): number => 3 * (1 + judgeCalls(phrases) + 1 + foreignCalls(phrases));
  const made = callsWith(phrasesWritten);
  expect(server.calls).toHaveLength(made);
  // What is assumed is a message of a demonstration's length.
  expect(before).toBeGreaterThan(callsWith(3));
  expect(before).toBeLessThan(callsWith(7));
  // Then the calls of each row are known, and those of the calibration are in ratio to them.
  expect(Math.abs((await callsOf()) - made) / made).toBeLessThan(0.02);
  await runPipeline(config, options);
  expect(server.calls).toHaveLength(made);
});
