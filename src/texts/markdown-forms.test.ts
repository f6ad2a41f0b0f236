import { expect, test } from "vitest";
import { formsIn } from "./markdown-forms.ts";

test.each([
  ["plain text, 1. as it is - so", []],
  ["- one\n- two", ["list"]],
  ["- one alone", []],
  ["1. one\n\n2) two", ["list"]],
  ["## Title\n\ntext", ["heading"]],
  ["So it is 72.\n#### 72", []],
  ["### 3 things", ["heading"]],
  ["#hashtag", []],
  ["```python\n# a comment\n- x\n- y\n```", ["code"]],
  ["~~~\ncode\n~~~\n\n# Title", ["code", "heading"]],
  ["| a | b |\n| --- | :-: |\n| 1 | 2 |", ["table"]],
  ["a | b\n--- | ---\n1 | 2", ["table"]],
  ["a | b\n1 | 2", []],
  ["---\n---", []],
] as const)("%j", (text, forms) => expect([...formsIn(text)]).toEqual(forms));
