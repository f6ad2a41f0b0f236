import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// Rules of comments and documents that drift when nothing holds them.

const root = fileURLToPath(new URL("../", import.meta.url));
const mostColumns = 100;
const mostShare = 0.15;

function filesUnder(folder: string, endings: RegExp): string[] {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return paths
    .filter((path) => endings.test(path))
    .map((path) => join(folder, path))
    .toSorted();
}
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");
const isTooLong = (line: string): boolean => [...line].length > mostColumns;
/** Whether the line is one word, such as a link. It cannot be wrapped. */
const isOneWord = (line: string): boolean => !/\S\s+\S/.test(line.replace(/^\s*(?:\/\/|\/\*\*|\*|-|>)\s*/, ""));

const code = ["src", "test", "bench"].flatMap((folder) => filesUnder(folder, /\.(?:ts|tsx|mjs)$/));
const isGenerated = (path: string): boolean => path === join("docs", "cli.md");
const documents = [
  ...readdirSync(root).filter((path) => path.endsWith(".md")),
  ...["docs", "bench"].flatMap((folder) => filesUnder(folder, /\.md$/)),
].filter((path) => !isGenerated(path));

test("no comment has a line over 100 columns", () => {
  const long = code.flatMap((path) =>
    textOf(path)
      .split("\n")
      .flatMap((line, index) =>
        /^\s*(?:\/\/|\/\*|\*(?: |\/|$))/.test(line) && isTooLong(line) && !isOneWord(line) ? [`${path}:${index + 1}`] : [],
      ),
  );
  expect(long).toEqual([]);
});

test("no prose of a document has a line over 100 columns", () => {
  const long = documents.flatMap((path) => {
    let isCode = false;
    return textOf(path)
      .split("\n")
      .flatMap((line, index) => {
        if (line.trimStart().startsWith("```")) isCode = !isCode;
        const isProse = !isCode && !/^(?:#|\||    |\s*!?\[[^\]]*\]\([^)]*\)$)/.test(line);
        return isProse && isTooLong(line) && !isOneWord(line) ? [`${path}:${index + 1}`] : [];
      });
  });
  expect(long).toEqual([]);
});

test("fewer than 15% of the doc comments have a colon or a semicolon, where sentences would be plainer", () => {
  let all = 0;
  const mixed: string[] = [];
  for (const path of code.filter((name) => name.startsWith("src"))) {
    const text = textOf(path);
    for (const { index, 1: body = "" } of text.matchAll(/\/\*\*([^]*?)\*\//g)) {
      all++;
      const prose = body.replaceAll(/`[^`]*`|https?:\/\/\S+/g, "");
      if (/[;:]/.test(prose)) mixed.push(`${path}:${text.slice(0, index).split("\n").length}`);
    }
  }
  expect(mixed.length / all, `${mixed.length} of ${all} doc comments:\n${mixed.join("\n")}\n`).toBeLessThan(mostShare);
});
