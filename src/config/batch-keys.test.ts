import { describe, expect, test } from "vitest";
import type { ConfigInput } from "./config-schema.ts";
import { resolveConfig } from "./run-config.ts";

const batchOf = (more: ConfigInput) => resolveConfig({ input: "x", model: "m", baseUrl: "http://h/v1", ...more }).batch;

describe("batches of a configuration", () => {
  test("are none, of all phases, of some, or files", () => {
    expect([batchOf({}), batchOf({ batch: false })]).toEqual([undefined, undefined]);
    expect(batchOf({ batch: true })).toEqual({ session: "run", purposes: "all", way: "server", waits: true, least: 200 });
    expect(batchOf({ batch: "generate, verify", wait: false, batchLeast: 5 })).toEqual({
      session: "run",
      purposes: ["generate", "verify", "calibrate", "check"],
      way: "server",
      waits: false,
      least: 5,
    });
    expect(batchOf({ batch: ["respond"] })).toMatchObject({ purposes: ["respond"] });
    expect(batchOf({ batch: "file", baseUrl: undefined })).toMatchObject({ way: "file", least: 0 });
  });

  test("of a phase that is none, and of a model in process, are refused in words", () => {
    expect(() => batchOf({ batch: "data.jsonl" })).toThrow("expected file, or some of generate,verify,respond");
    expect(() => batchOf({ batch: true, model: "qwen3-4b", baseUrl: undefined })).toThrow(
      "runs in process, and batches are made by a server",
    );
    expect(() => batchOf({ batch: "verify", baseUrl: undefined, judgeModel: "qwen3-4b" })).toThrow("the model of verify runs in process");
  });

  test("are meant by a command that does not wait", () => {
    expect(() => batchOf({ wait: false })).toThrow("--no-wait: expected --batch with it");
    expect(batchOf({ batch: false, wait: true })).toBeUndefined();
  });

  test("ask no server of a file what it enforces", () => {
    const { generator } = resolveConfig({ input: "x", model: "m", batch: "file" });
    expect([generator.constraintField, generator.baseUrls]).toEqual(["none", ["http://localhost:8000/v1"]]);
  });
});
