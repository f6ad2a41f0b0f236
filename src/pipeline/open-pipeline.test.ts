import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { questions, temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { Config } from "../config/config-schema.ts";
import { resolveConfig } from "../config/run-config.ts";
import { openPipeline } from "./open-pipeline.ts";

/** An input that goes on for longer than anybody reads here, and knows when it was left. */
function endless(): { stdin: AsyncIterable<Uint8Array>; isClosed: () => boolean } {
  let isClosed = false;
  async function* lines(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;)
        yield Buffer.from(
          questions(200)
            .map((row) => `${JSON.stringify(row)}\n`)
            .join(""),
        );
    } finally {
      isClosed = true;
    }
  }
  return { stdin: lines(), isClosed: () => isClosed };
}

test.each<[string, Partial<Config>, string]>([
  ["a price that is not known", { baseUrl: ["http://127.0.0.1:9/v1"], maxCost: 1 }, "the price of m is not known"],
  ["a model that cannot be had", { model: "no-such-model" }, "no-such-model"],
  ["a run directory that is another run's", { baseUrl: ["http://127.0.0.1:9/v1"], out: "/dev/null/run" }, "Cannot make the run directory"],
  ["a format that is none", { baseUrl: ["http://127.0.0.1:9/v1"], format: "nonsense" }, "nonsense"],
])("%s: the input is closed, and no run directory is left", async (_name, settings, said) => {
  await using folder = await temporaryFolder();
  const { stdin, isClosed } = endless();
  const out = join(folder.path, "run");
  const config = resolveConfig({ input: "-", out, model: "m", format: "question-answer", ...settings });
  await expect(openPipeline(config, { stdin, env: { SYSGEN_OFFLINE: "1" } }, { preview: false })).rejects.toThrow(said);
  expect(isClosed()).toBe(true);
  expect(existsSync(out)).toBe(false);
});
