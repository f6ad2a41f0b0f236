import { expect, test } from "vitest";
import { configSchema } from "../../config/config-schema.ts";
import { resolveJudgeConfig, type JudgeOptions } from "./config.ts";

test("a run's file says who judges and where, flags win; its rows, seed and budget do not count", () => {
  const file = configSchema.parse({
    input: "rows.jsonl",
    model: "writer",
    baseUrl: "http://one/v1",
    judgeModel: "verifier",
    sample: 5,
    maxCalls: 7,
    concurrency: 3,
    maxReasks: 1,
  });
  expect(resolveJudgeConfig("run", {}, file)).toMatchObject({
    judge: { model: "verifier", baseUrls: ["http://one/v1"], concurrency: 3 },
    secondJudge: undefined,
    mode: "system-shown",
    sample: 1_000,
    seed: 0,
    maxReasks: 1,
    budget: { maxCalls: undefined },
  });
  expect(
    resolveJudgeConfig("run", { judgeModel: "other", judgeBaseUrl: ["http://two/v1"], hideSystem: true, maxCalls: 9 }, file),
  ).toMatchObject({
    judge: { model: "other", baseUrls: ["http://two/v1"] },
    mode: "system-hidden",
    budget: { maxCalls: 9 },
  });
});

test("a second judge is reached where the first is, unless it is said", () => {
  const judgeBaseUrl = ["http://one/v1"];
  expect(
    resolveJudgeConfig("run", { judgeModel: "j", judgeBaseUrl, judgeApiKeyEnv: "KEY", secondJudgeModel: "k" }).secondJudge,
  ).toMatchObject({
    model: "k",
    baseUrls: judgeBaseUrl,
    apiKeyEnv: "KEY",
  });
  expect(
    resolveJudgeConfig("run", { judgeModel: "j", judgeBaseUrl, secondJudgeModel: "k", secondJudgeBaseUrl: ["http://two/v1"] }).secondJudge
      ?.baseUrls,
  ).toEqual(["http://two/v1"]);
});

test("files of batches ask no server what it enforces, and a command that does not wait means batches", () => {
  const fileOf = (more: Partial<JudgeOptions>) => {
    const { judge } = resolveJudgeConfig("run", { judgeModel: "m", batch: "file", ...more });
    return [judge.constraintField, judge.baseUrls];
  };
  expect(fileOf({})).toEqual(["none", ["http://localhost:8000/v1"]]);
  expect(fileOf({ judgeBaseUrl: ["http://h/v1"] })).toEqual(["none", ["http://h/v1"]]);
  expect(fileOf({ constrain: "guided" })).toEqual(["guided", ["http://localhost:8000/v1"]]);
  expect(() => resolveJudgeConfig("run", { judgeModel: "m", judgeBaseUrl: ["http://h/v1"], wait: false })).toThrow(
    "--no-wait: expected --batch with it",
  );
});
