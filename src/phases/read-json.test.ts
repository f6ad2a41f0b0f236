import { expect, test } from "vitest";
import { z } from "zod";
import { readJson } from "./read-json.ts";

const schema = z.object({ verdict: z.string() });

test.each([
  ['{"verdict": "yes"}', "yes"],
  ['Sure:\n```json\n{"verdict": "yes"}\n```\nThat is all.', "yes"],
  ['A draft: {"verdict": "no"}. At a second look: {"verdict": "yes"}', "yes"],
  ['{"verdict": "yes"} (I left {this} out)', "yes"],
  ['{"verdict": "a } and a { in it"} {note}', "a } and a { in it"],
  ['{"other": 1} {"verdict": "no", "more": {"verdict": "deep"}}', "no"],
  ['He said "{", and then: {"verdict": "yes"}', "yes"],
])("%s", (reply, verdict) => {
  expect(readJson(reply, schema)?.verdict).toBe(verdict);
});

test.each(["", "yes", "{", "}{", '{"verdict": 1}', '{"verdict": "yes"'])("nothing is read from %s", (reply) => {
  expect(readJson(reply, schema)).toBeUndefined();
});
