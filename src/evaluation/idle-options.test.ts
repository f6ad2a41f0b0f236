import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { resolveEvaluateConfig, type EvaluateOptions } from "./evaluate-config.ts";
import { refuseIdleOptions } from "./idle-options.ts";

const check = (options: Partial<EvaluateOptions>, model = "m"): void => {
  const given = { on: "s-ifeval", out: "x", ...options };
  refuseIdleOptions(given, resolveEvaluateConfig(model, given));
};
const baseUrl = "http://gpu1:8000/v1";

test.each<[Partial<EvaluateOptions>, RegExp]>([
  [{ shots: ["5"] }, /^--shots holds for tasks of lm-evaluation-harness alone, and not for s-ifeval\. Leave it out\.$/],
  [{ dataRoot: "x" }, /^--data-root holds/],
  [{ tokenizer: "x" }, /^--tokenizer holds/],
  [{ run: "runs/a" }, /^--run holds for own alone/],
  [{ heldOut: 0.5 }, /^--held-out holds for own alone/],
  [{ splitSeed: 3 }, /^--split-seed holds for own alone/],
  [{ on: "own", judgeModel: "j", splitSeed: 3 }, /^--split-seed draws the rows of --held-out, which is not given/],
  [{ hideSystem: true }, /^--hide-system holds for multifacet alone/],
  [{ judgeRuns: 3 }, /^--judge-runs holds for benchmarks that a judge checks alone/],
  [{ judgeMaxOutputTokens: 3 }, /^--judge-max-output-tokens holds/],
  [{ on: "mmlu", systemAs: "user" }, /^--system-as holds for benchmarks that are not of lm-evaluation-harness alone, and not for mmlu/],
  [{ on: "mmlu", temperature: 0.5 }, /^--temperature holds/],
  [{ contextSize: 17, baseUrl }, /^--context-size is that of a model in process/],
  [{ python: "/usr/bin/python3", baseUrl }, /^--python serves a folder/],
])("an option that nothing obeys is refused: %j", (options, message) => {
  expect(() => check(options)).toThrow(message);
});

test("an option that something obeys is taken", async () => {
  await using folder = await temporaryFolder();
  const judge = { judgeModel: "j", judgeBaseUrl: baseUrl };
  check({ on: "s-ifeval,mmlu", systemAs: "user", temperature: 1, shots: ["mmlu=0"], dataRoot: "x", tokenizer: "t", baseUrl });
  check({ on: "own,multifacet", run: "a", heldOut: 0.5, splitSeed: 3, hideSystem: true, judgeRuns: 3, ...judge });
  check({ on: "mmlu", systemAs: "system", hideSystem: false, python: "p" }, folder.path);
  check({ contextSize: 8_192 });
  check({ on: "own", contextSize: 8_192, judgeModel: "j.gguf", python: "p" }, folder.path);
  expect(() => check({ contextSize: 8_192 }, folder.path)).toThrow(/--context-size/);
});
