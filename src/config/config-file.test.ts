import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { readConfigFile } from "./config-file.ts";
import { configSchema, type Config } from "./config-schema.ts";
import { resolveConfig } from "./run-config.ts";

test("the models of the price table keep their names; other keys may be written as flags are", async () => {
  await using folder = await temporaryFolder();
  const path = await folder.file(
    "c.yaml",
    "max-row-bytes: 10\nprices:\n  gpt-4o-mini: {input: 0.15, output: 0.6}\n  my_team/some-model: {input: 0, output: 1}\n",
  );
  expect(readConfigFile(path)).toEqual({
    maxRowBytes: 10,
    prices: { "gpt-4o-mini": { input: 0.15, output: 0.6 }, "my_team/some-model": { input: 0, output: 1 } },
  });
});

test.each([
  ["prices:\n  m:\n    input: 1\n    outputs: 2\n", /c\.yaml:\d+: prices\.m\.output/],
  ["prices:\n  m:\n    input: cheap\n    output: 2\n", /c\.yaml:3: prices\.m\.input: .*number/],
  ["prices:\n  m: {input: 1, output: 2, cached: 3}\n", /c\.yaml:2: prices\.m\.cached: unknown key\. Known keys: input, output, batch\./],
  ["prices:\n  m: {input: -1, output: 2}\n", /prices\.m\.input/],
])("a mistake in the price table has its line: %j", async (text, message) => {
  await using folder = await temporaryFolder();
  const path = await folder.file("c.yaml", text);
  expect(() => readConfigFile(path)).toThrow(message);
});

test("headers keep their names, as a table or as lines, for generator and judge apart", async () => {
  await using folder = await temporaryFolder();
  const path = await folder.file("c.yaml", "headers:\n  api-key: ${AZURE_KEY}\n  X-Title: a\njudge-headers: ['api-key: ${OTHER}']\n");
  expect(readConfigFile(path)).toEqual({ headers: { "api-key": "${AZURE_KEY}", "X-Title": "a" }, judgeHeaders: { "api-key": "${OTHER}" } });
  expect(() => configSchema.parse({ headers: ["no header"] })).toThrow(/a name and a value/);
});

test("the generator's headers are not sent to another server of the judge", () => {
  const common = { input: "x", model: "m", baseUrl: ["http://one/v1"], headers: { "api-key": "a" } };
  const judgeHeaders = (more: object): unknown => resolveConfig({ ...common, ...more }).judge?.headers;
  expect(judgeHeaders({ judgeModel: "j" })).toEqual({ "api-key": "a" });
  expect(judgeHeaders({ judgeBaseUrl: ["http://two/v1"] })).toEqual({});
  expect(judgeHeaders({ judgeHeaders: { "api-key": "b" } })).toEqual({ "api-key": "b" });
  expect(judgeHeaders({})).toBeUndefined();
});

test("a text's file is beside the config file or in the current folder, and one that is nowhere has its line", async () => {
  await using folder = await temporaryFolder();
  await folder.file("mine.liquid", "Mine");
  const path = await folder.file(
    "c.yaml",
    "generate:\n  prompt: mine.liquid\n  demonstrations: package.json\n  guidance: file://mine.liquid\nverify:\n  rubric: {text: Yours}\n",
  );
  expect(readConfigFile(path)).toEqual({
    generate: {
      prompt: join(folder.path, "mine.liquid"),
      demonstrations: "package.json",
      guidance: `file:${join(folder.path, "mine.liquid")}`,
    },
    verify: { rubric: { text: "Yours" } },
  });
  for (const [key, value] of Object.entries({ instructions: "nope.liquid", guidance: "file:nope.md" })) {
    const phase = key === "guidance" ? "generate" : "respond";
    const other = await folder.file("d.yaml", `seed: 1\n${phase}:\n  temperature: 0\n  ${key}: ${value}\n`);
    expect(() => readConfigFile(other)).toThrow(
      new RegExp(`d\\.yaml:4: ${phase}\\.${key}: there is no file nope\\.[a-z]+, neither beside`),
    );
  }
});

test("texts are read and checked when the configuration is resolved", async () => {
  await using folder = await temporaryFolder();
  const resolved = (generate: Config["generate"]): unknown => resolveConfig({ input: "x", generate }).phases.generate.texts;
  expect(resolved({ temperature: 0 })).toBeUndefined();
  expect(resolved({ guidance: `file:${await folder.file("g.md", "Be kind.")}` })).toEqual({ guidance: "Be kind." });
  expect(resolveConfig({ input: "x", generate: { guidance: "Be kind." } }).phases.verify.texts).toEqual({ guidance: "Be kind." });
  expect(() => resolved({ guidance: "" })).toThrow(/generate\.guidance: expected what the operator wishes, found an empty text/);
  expect(() => resolved({ prompt: join(folder.path, "no.liquid") })).toThrow(
    /generate\.prompt: expected the path of a text file, and .*no\.liquid cannot be read/,
  );
  expect(() => resolved({ prompt: { text: "=== user ===\n{{ conversation }}" } })).toThrow(
    /^generate\.prompt:2: the slot \{\{ tags \}\} is missing/,
  );
  expect(() => resolved({ demonstrations: { text: "{}" } })).toThrow(/^generate\.demonstrations:1: no demonstration/);
});
