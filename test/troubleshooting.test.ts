import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// docs/troubleshooting.md quotes what the program says. A message that is worded anew is found
// here.

const headings = [...readFileSync("docs/troubleshooting.md", "utf8").matchAll(/^### `(.+)`$/gm)].map(([, quoted = ""]) => quoted);
const source = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .map((path) => readFileSync(join("src", path), "utf8"))
  .join("\n");

test("the page has the messages that users meet most", () => {
  expect(headings.length).toBeGreaterThanOrEqual(25);
  expect(new Set(headings).size).toBe(headings.length);
});

test.each(headings)("%s stands in the source", (quoted) => {
  const pieces = quoted.split("...").map((piece) => piece.trim());
  expect(pieces.filter((piece) => !source.includes(piece))).toEqual([]);
  expect(pieces.join("").length).toBeGreaterThan(10);
});
