import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { readConfigFile } from "./config-file.ts";
import { configSchema, type Config } from "./config-schema.ts";
import { issueInWords } from "./issue-words.ts";
import { resolveConfig } from "./run-config.ts";

test("fields are lines, JSON or both; a value that is no JSON is text; their order makes no difference", () => {
  const lines = ["stop=###", "top_p = 0.9", '{"chat_template_kwargs": {"b": 1, "a": [true, null]}}'];
  const { request } = configSchema.parse({ request: lines });
  expect(request).toEqual({ stop: "###", top_p: 0.9, chat_template_kwargs: { b: 1, a: [true, null] } });
  const ofRun = resolveConfig({ input: "x", model: "m", baseUrl: ["http://one/v1"], request }).generator.request;
  expect(JSON.stringify(ofRun)).toBe('{"chat_template_kwargs":{"a":[true,null],"b":1},"stop":"###","top_p":0.9}');
});

test.each([
  [["temperature=1"], "expected no temperature among the fields of a request, because each phase has its temperature"],
  [{ model: "x" }, "expected no model among the fields"],
  [{ response_format: {} }, "constrain says how"],
  [{ extra_body: { top_p: 1 } }, "write its fields here themselves"],
  [["top_p"], "expected a field and its value, such as top_p=0.9"],
  [["[1]"], "expected a field and its value"],
])("%j is refused with a sentence", (request, words) => {
  const { error } = configSchema.safeParse({ request }, { reportInput: true });
  expect(error?.issues.map(issueInWords).join()).toContain(words);
});

test("a file's fields keep their names, and a refused one has its line", async () => {
  await using folder = await temporaryFolder();
  const good = await folder.file(
    "a.yaml",
    "request:\n  top-k-x: 1\n  chat_template_kwargs: {enable_thinking: false}\njudge_request: {min_p: 0.1}\n",
  );
  expect(readConfigFile(good)).toEqual({
    request: { "top-k-x": 1, chat_template_kwargs: { enable_thinking: false } },
    judgeRequest: { min_p: 0.1 },
  });
  const bad = await folder.file("b.yaml", "request:\n  top_p: 1\n  seed: 3\n");
  expect(() => readConfigFile(bad)).toThrow(/b\.yaml:3: request\.seed: expected no seed/);
});

const own: Config = {
  input: "x",
  model: "m",
  baseUrl: ["http://one/v1"],
  request: { top_p: 0.9 },
  requestsPerMinute: 5,
  timeout: 9,
  constrain: "grammar",
};
const judgeOf = (more: Config) => resolveConfig({ ...own, ...more }).judge;

test("the judge has fields, limits and a constraint of its own; servers of its own take no quota over", () => {
  expect(judgeOf({})).toBeUndefined();
  expect(judgeOf({ judgeModel: "j" })).toMatchObject({ request: undefined, requestsPerMinute: 5, timeoutMs: 9_000 });
  expect(judgeOf({ judgeTimeout: 3 })).toMatchObject({ model: "m", request: { top_p: 0.9 }, timeoutMs: 3_000 });
  expect(judgeOf({ judgeRequest: {} })).toMatchObject({ request: undefined });
  expect(judgeOf({ judgeBaseUrl: ["http://two/v1"], judgeTokensPerMinute: 7 })).toMatchObject({
    request: undefined,
    requestsPerMinute: undefined,
    tokensPerMinute: 7,
    timeoutMs: 9_000,
    constraintField: "grammar",
  });
  expect(judgeOf({ judgeModel: "j", judgeConstrain: "none" })?.constraintField).toBe("none");
});

test("what the server enforces is to be found out, unless it is named or the preset is paper", () => {
  const fieldOf = (more: Config) => resolveConfig({ input: "x", ...more }).generator.constraintField;
  expect([fieldOf({}), fieldOf({ preset: "paper" }), fieldOf({ preset: "paper", constrain: "auto" })]).toEqual(["auto", "none", "auto"]);
});
