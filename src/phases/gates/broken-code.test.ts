import { describe, expect, test } from "vitest";
import { brokenCode } from "./broken-code.ts";
import { standardTags } from "../../records/system-message/tag-set.ts";

const found = async (original: string, text: string): Promise<unknown> =>
  brokenCode.find({
    reply: { text, finishReason: "stop", usage: { inputTokens: 0, outputTokens: 0 } },
    original,
    systemMessage: "You are a guide.",
    instruction: "Write it.",
    columns: {},
    tags: standardTags,
  });
const fenced = (label: string, code: string): string => `Here it is:\n\n\`\`\`${label}\n${code}\n\`\`\`\n\nThat is all.`;

const python = "def total(prices):\n    result = 0\n    for price in prices:\n        result += price\n    return result";
const script = "const names = users.map((user) => user.name);\nconsole.log(names);";
const json = '{"city": "Lima", "rivers": ["Rímac"]}';
const sql = "SELECT name, SUM(price) FROM orders WHERE year = 2024 GROUP BY name;";

describe("code that no longer parses", () => {
  test.each([
    ["Python cut off", "python", python, "def total(prices):\n    result = 0\n    for price in"],
    ["Python without a body", "python", python, "def total(prices):"],
    ["Python whose indentation is lost", "python", python, python.replaceAll("    ", "")],
    ["Python with one line indented too far", "python", python, python.replace("    return", "      return")],
    ["Python with a bracket left open", "python", python, "print(sum([1, 2, 3])"],
    ["Python with a string left open", "python", python, "name = 'Ada\nprint(name)\nprint(len(name))\nprint(name[0])"],
    ["Python without a colon", "python", python, python.replace("prices):", "prices)")],
    ["Python with braces", "python", python, "def total(prices) {\n    return sum(prices)\n}"],
    ["Python 2", "python", python, "total = 3\nprint total"],
    ["Python that ends in prose", "python", python, `${python}\n\nThis function adds up all prices of the list.`],
    ["Python with a comment of another language", "python", python, `${python}\n\ntotal([1, 2]) // prints 3`],
    ["JavaScript cut off", "js", script, "const names = users.map((user) => {\n  return user.name"],
    ["JavaScript with a brace too many", "javascript", script, `${script}\n}`],
    ["JavaScript with Python's keywords", "javascript", script, "def names(users):\n  return users"],
    ["a const without a value", "javascript", script, "const names;\nnames = [];\nconsole.log(names);\nconsole.log(1);"],
    ["JSX with an open element", "jsx", "const a = <b>hi</b>;", "const a = (\n  <b>\n    <i>hi\n  </b>\n);"],
    ["JSON with a trailing comma", "json", json, '{"city": "Lima", "rivers": ["Rímac"],}'],
    ["JSON with single quotes", "json", json, "{'city': 'Lima'}"],
    ["JSON cut off", "json", json, '{"city": "Lima", "rivers": ["Rí'],
    ["JSON with a comment", "json", json, '{"city": "Lima" // the capital\n}'],
    ["JSON with Python's constants", "json", json, '{"city": None, "isBig": True}'],
    ["SQL cut off", "sql", sql, "SELECT name, SUM(price) FROM orders WHERE"],
    ["SQL without BY", "sql", sql, "SELECT name, SUM(price) FROM orders GROUP name;"],
    ["SQL with a bracket left open", "sql", sql, "SELECT name, SUM(price FROM orders GROUP BY name;"],
    ["SQL that ends in prose", "sql", sql, `${sql}\nThis query adds up the prices of each name.`],
  ])("%s", async (_name, label, original, code) => {
    const language = { python: "Python", json: "JSON", sql: "SQL" }[label] ?? "JavaScript";
    expect(await found(fenced(label, original), fenced(label, code))).toContain(`${language} that does not parse`);
  });

  test.each([
    ["without a label", fenced("", python), fenced("", "def total(prices):\n    return sum(prices")],
    ["in a response that was bare code", python, fenced("python", "def total(prices):\nreturn 1")],
    ["in a response that is bare code", fenced("python", python), "def total(prices):\n    return sum(prices"],
    ["bare JSON", json, '{"city": "Lima", "rivers": ["Rímac"}'],
    ["bare SQL", sql, "SELECT name FROM orders WHERE year ="],
    ["in the second of two blocks", fenced("python", python), `${fenced("python", "x = 1")}\n${fenced("python", `${python} +`)}`],
    ["with a fence in a list", fenced("python", python), "1. So:\n   ```python\n   def total(prices:\n       pass\n   ```"],
  ])("%s", async (_name, original, text) => expect(await found(original, text)).toContain("does not parse"));

  test("a fence that is not closed", async () => {
    expect(await found("No code here.", `Look:\n\`\`\`python\n${python}`)).toBe("a code fence is not closed");
    expect(await found(fenced("js", script), `${python}\n\`\`\``)).toBe("a code fence is not closed");
  });
});

describe("nothing is found in", () => {
  test.each([
    ["prose", "Bread needs an hour.", "Bread needs an hour, or two."],
    ["the original itself", fenced("python", python), fenced("python", python)],
    ["other code that parses", fenced("python", python), fenced("py", "def total(prices):\n    return sum(prices)")],
    ["code where the original's does not parse", fenced("python", "print total"), fenced("python", "print total, tax")],
    [
      "code where one of the original's blocks does not parse",
      `${fenced("python", python)}\n${fenced("python", "if x:")}`,
      fenced("python", "if x"),
    ],
    ["code where the original has none of its language", fenced("sql", sql), fenced("python", "def f(:")],
    ["TypeScript", fenced("ts", "let age: number = 3;"), fenced("ts", "let age: = 3;")],
    ["other languages", fenced("rust", "fn main() {}"), fenced("rust", "fn main() {")],
    ["pseudo-code without a label", fenced("", python), fenced("", "for each price in prices:\n  add price to result")],
    [
      "output without a label",
      `${fenced("python", python)}\n${fenced("", '{"a": 1}')}`,
      `${fenced("python", python)}\n${fenced("", '{"a": None}')}`,
    ],
    ["a session at a prompt", fenced("python", python), fenced("python", ">>> total([1, 2])\n3\n>>> total([])\n0")],
    ["a notebook's commands", fenced("python", python), fenced("python", "!pip install rich\nimport rich\n%timeit total([1])")],
    [
      "code with something left out",
      fenced("python", python),
      fenced("python", "def total(prices):\n    ...\n    return result\n\ndef main(...):"),
    ],
    ["JavaScript with something left out", fenced("js", script), fenced("js", "function load() { ... }\nload();")],
    ["JSON with something left out", fenced("json", json), fenced("json", '{"rivers": ["Rímac", ...]}')],
    ["a place to be filled in", fenced("python", python), fenced("python", "key = <your key here>\nprint(key)")],
    ["Python that is indented as a whole", fenced("python", python), fenced("python", "    x = 1\n    if x:\n        print(x)")],
    ["the body of a function", fenced("python", python), fenced("python", "    return sum(prices)")],
    [
      "new syntax",
      fenced("python", python),
      fenced("python", 'match x:\n    case [1, *rest] if (n := len(rest)):\n        print(f"{n=:>{8}}")'),
    ],
    [
      "an excerpt of code that parses",
      fenced("python", python),
      `${fenced("python", python)}\nThe loop:\n${fenced("python", "    for price in prices:")}`,
    ],
    [
      "a longer excerpt",
      fenced("js", `function f() {\n  a();\n  b();\n  c();\n  d();\n}`),
      `${fenced("js", `function f() {\n  a();\n  b();\n  c();\n  d();\n}`)}\n${fenced("js", "a();\nb();\nc();\nd();\n}")}`,
    ],
    ["an object on its own", fenced("js", script), fenced("js", '{ name: "Ada", born: 1815 }')],
    ["await and import", fenced("js", script), fenced("js", 'import { a } from "b";\nawait a();')],
    ["old scripts", fenced("js", script), fenced("js", "var public = 1;\nwith (Math) { alert(PI); }\nreturn;")],
    ["JSON Lines", fenced("json", json), fenced("json", '{"a": 1}\n{"a": 2}')],
    ["SQL of another dialect", fenced("sql", sql), fenced("sql", "SELECT TOP 5 [name] FROM [dbo].[orders];")],
    ["SQL of MySQL", fenced("sql", sql), fenced("sql", "SELECT `name` FROM `orders` LIMIT 5, 10;")],
    ["a procedure", fenced("sql", sql), fenced("sql", "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END //\nDELIMITER ;")],
    ["bare code and prose after it", python, `${python}\n\nThis function adds up all prices of the list.`],
    ["prose and bare code after it", python, `This adds up all prices:\n\n${python}`],
    ["JSON and prose after it", json, `${json}\n\nLima is the capital of Peru, on the coast.`],
    ["a block within a block", fenced("md", "text"), "```md\n```python\nx = 1\n```\n```"],
    ["a fence that the original leaves open too", "```python\nx = 1", "```python\nx = 2"],
  ])("%s", async (_name, original, text) => expect(await found(original, text)).toBeUndefined());
});
