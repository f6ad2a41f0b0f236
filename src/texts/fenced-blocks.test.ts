import { expect, test } from "vitest";
import { fencedBlocks } from "./fenced-blocks.ts";

test.each([
  ["no fence", "Use `x` here.", [], false],
  ["a label", "Look:\n```python\nx = 1\n```\nDone.", [["python", "x = 1"]], false],
  [
    "attributes",
    '``` {.js}\na\n```\n~~~SQL title="x"\nb\n~~~',
    [
      ["js", "a"],
      ["sql", "b"],
    ],
    false,
  ],
  ["an indented block in a list", "1. So:\n   ```\n   a\n   ```", [["", "   a"]], false],
  ["a longer fence around a shorter one", "````md\n```js\na\n```\n````", [["md", "```js\na\n```"]], false],
  ["a block within a block", "```md\n```js\na\n```\nb\n```", [["md", "```js\na"]], false],
  ["Windows line ends", "```js\r\na\r\nb\r\n```", [["js", "a\nb"]], false],
  ["a block that is not closed", "```js\na\n```\n```js\nb", [["js", "a"]], true],
  ["code on one line", "```a```", [], false],
])("%s", (_name, text, blocks, isUnclosed) =>
  expect(fencedBlocks(text)).toEqual({ blocks: blocks.map(([label, code]) => ({ label, code })), isUnclosed }),
);
