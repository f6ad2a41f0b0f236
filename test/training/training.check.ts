import { existsSync } from "node:fs";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTrainRecord } from "../../src/training/train-record.ts";
import { realPython, tinyModel } from "../fixtures/real-python.ts";
import { startSysgen, sysgen, temporaryFolder } from "../fixtures/sysgen.ts";
import { makeViewedRun } from "../fixtures/view-run.ts";

// Trains a tiny random model for real, kills the training, and goes on with it.

test("a tiny model learns, also when its training is killed halfway", async (context) => {
  const python = realPython(context);
  await using folder = await temporaryFolder();
  const run = await makeViewedRun(folder);
  const model = tinyModel(python, folder);
  // As early Llama chat models have it. transformers refuses to write it.
  await writeFile(join(model, "generation_config.json"), JSON.stringify({ eos_token_id: 0, temperature: 0.9 }));
  const out = join(folder.path, "out");
  const command = ["train", run, "--model", model, "--variant", "s-a2", "--out", out, "--python", python];
  const settings = ["--max-steps", "24", "--batch-size", "4", "--accumulation", "1", "--learning-rate", "3e-3", "--warmup-steps", "2"];
  const args = [...command, ...settings, "--save-seconds", "0"];

  const killed = startSysgen(args);
  const checkpoints = join(`${out}.training`, "checkpoints");
  const whole = async (): Promise<boolean> =>
    (await readdir(checkpoints).catch(() => [])).some((name) => existsSync(join(checkpoints, name, "sysgen-complete")));
  while (!(await whole())) await new Promise((resolve) => setTimeout(resolve, 100));
  killed.process.kill("SIGKILL");
  await killed.finished;

  const { code, stderr, stdout } = await sysgen(args);
  expect([code, stderr.includes("going on after step")]).toEqual([0, true]);
  expect(stdout).toContain("<|assistant|>[[");
  const record = await readTrainRecord(out);
  expect(record).toMatchObject({ state: "done", steps: 24, device: "cpu" });
  expect(JSON.parse(await readFile(join(out, "generation_config.json"), "utf8"))).not.toHaveProperty("temperature");
  const [first, last] = [record?.probe.at(0)?.loss ?? 0, record?.probe.at(-1)?.loss ?? 0];
  expect(first).toBeGreaterThan(10.5);
  expect(last).toBeLessThan(8);
});
