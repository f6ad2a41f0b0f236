import { describe, expect, test } from "vitest";
import { readVerdicts, verdictMessages } from "./verdict-question.ts";

const criteria = [
  { key: "1", text: "Answers in French.", type: "格式约束" },
  { key: "2", text: "Names a river.", type: "内容约束" },
];

describe("verdicts", () => {
  test.each([
    ['{"reason": "It is French.", "verdicts": {"1": "yes", "2": "no"}}', ["yes", "no"]],
    ['```json\n{"verdicts": {"1": "Yes", "2": "NO"}}\n```', ["yes", "no"]],
    ['{"verdicts": {"1": true, "2": "否。"}}', ["yes", "no"]],
    ['{"verdicts": {"1": "是的，符合", "2": "No, it names none."}}', ["yes", "no"]],
    ['{"verdicts": {"1": "yes", "2": "no", "total": 1}}', ["yes", "no"]],
    ['A draft: {"verdicts": {"1": "no", "2": "no"}}. Final: {"verdicts": {"1": "yes", "2": "no"}} {done}', ["yes", "no"]],
    ['{"verdicts": {"1": "**Yes**", "2": "no - a lake"}}', ["yes", "no"]],
  ])("%s", (reply, satisfied) => {
    const read = readVerdicts(reply, criteria);
    expect(read?.verdicts).toEqual(criteria.map(({ type }, index) => ({ type, satisfied: satisfied[index] })));
  });

  test.each(['{"verdicts": {"1": "yes"}}', "1: yes, 2: no", '__import__("os").system("true")', ""])("none in %s", (reply) =>
    expect(readVerdicts(reply, criteria)).toBeUndefined(),
  );

  test.each(["不是", "不适用", "not satisfied", "violated", "N/A", "Partially", "no issues", "yes or no", "yes/no", "nope", ""])(
    "%s is neither yes nor no",
    (word) => expect(readVerdicts(JSON.stringify({ verdicts: { "1": "yes", "2": word } }), criteria)).toBeUndefined(),
  );
});

test("the judge sees each criterion with its kind, and the turns before", () => {
  const [, user] = verdictMessages({ system: "You are a guide." }, [{ role: "user", content: "Which river?" }], "La Loire.", criteria);
  for (const part of [
    "You are a guide.",
    "User: Which river?",
    "La Loire.",
    "1. Answers in French. (format)",
    "2. Names a river. (content)",
  ])
    expect(user?.content).toContain(part);
});
