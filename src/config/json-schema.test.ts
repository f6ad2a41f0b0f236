import { Ajv2020 } from "ajv/dist/2020.js";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { configSchema } from "./config-schema.ts";
import { configJsonSchema } from "./json-schema.ts";

const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(configJsonSchema());
/** Where a config does not fit, and why. */
const faults = (config: unknown): string[] =>
  validate(config) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);

test("the example fits; a key that is unknown, also in a phase, does not", async () => {
  const example: unknown = parse(await readFile(new URL("../../examples/quickstart.yaml", import.meta.url), "utf8"));
  expect(faults(example)).toEqual([]);
  expect(faults({ modell: "a" })).toEqual([" must NOT have additional properties"]);
  expect(faults({ respond: { temperatur: 1 } })).toEqual(["/respond must NOT have additional properties"]);
});

test.each([
  [{ baseUrl: "http://a/v1" }],
  [{ baseUrl: ["http://a/v1", "http://b/v1"], headers: { "api-key": "${KEY}" }, judgeHeaders: ["api-key: a"] }],
  [{ "base-url": "http://a/v1", max_calls: 10, respond: { "max-output-tokens": 5 } }],
  [{ retry: "dropped", prices: { "a-model": { input: 0, output: 1 } }, $schema: "./config-schema.json" }],
])("what a config file may say fits: %j", (config) => {
  expect(faults(config)).toEqual([]);
});

test.each([
  [{ preset: "papers" }, "/preset"],
  [{ "max-calls": 0 }, "/max-calls"],
  [{ respond: { "max-output-tokens": "many" } }, "/respond/max-output-tokens"],
  [{ seed: 1.5 }, "/seed"],
])("what it may not say has its place: %j", (config, place) => {
  expect(faults(config).map((fault) => fault.split(" ")[0])).toContain(place);
});

test("each key has its description", () => {
  const { properties } = configJsonSchema();
  expect(Object.keys(properties)).toEqual(Object.keys(configSchema.shape));
  expect(Object.entries(properties).flatMap(([key, { description }]) => (description ? [] : [key]))).toEqual([]);
});
