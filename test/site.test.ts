import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diagram } from "../site/diagram.ts";
import { landingOf, repository, root } from "../site/links.ts";
import { pages } from "../site/pages.ts";

// The site's pages and links, without building it (`npm run docs`).

const textOf = (page: string): string => readFileSync(join(root, page), "utf8");
const markdownIn = (folder: string, recursive: boolean): string[] =>
  readdirSync(join(root, folder), { recursive, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));

test("the table of the site names each page once, and no other", () => {
  const written = [...markdownIn(".", false), ...markdownIn("docs", true), ...markdownIn("bench", false)];
  expect(pages.toSorted()).toEqual(written.toSorted());
});

describe("links", () => {
  test.each(pages)("of %s lead to files and headings that exist", (page) => {
    const prose = textOf(page)
      .replaceAll(/^ *```[^]*?^ *```/gm, "")
      .replaceAll(/`[^`\n]*`/g, "");
    for (const [, href = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) expect(landingOf(page, href)).toBeTruthy();
  });

  test("lead to pages of the site, and to the repository where there is none", () => {
    expect(landingOf("docs/install.md", "../README.md#try-it")).toBe("/index.md#try-it");
    expect(landingOf("README.md", "docs/install.md")).toBe("/docs/install.md");
    expect(landingOf("docs/install.md", "#docker")).toBe("#docker");
    expect(landingOf("docs/library.md", "../examples/library")).toBe(`${repository}/tree/HEAD/examples/library`);
    expect(landingOf("docs/architecture.md", "../src/index.ts")).toBe(`${repository}/blob/HEAD/src/index.ts`);
    expect(landingOf("README.md", "https://arxiv.org")).toBe("https://arxiv.org");
  });

  test("that lead nowhere are errors that name the page", () => {
    expect(() => landingOf("README.md", "docs/no.md")).toThrow("README.md links to docs/no.md, and there is no docs/no.md");
    expect(() => landingOf("README.md", "docs/install.md#no")).toThrow("no heading of docs/install.md has this anchor");
  });
});

test("a diagram fetches nothing, and has the theme's colours", () => {
  const html = diagram("stateDiagram-v2\n  [*] --> done : ends\n");
  expect(html).toContain("done");
  expect(html).toContain("var(--vp-c-bg)");
  expect(html.replaceAll("http://www.w3.org", "")).not.toContain("http");
});

test("the glossary has each word once, in order, and the words of the contributors' table", () => {
  const words = [...textOf("docs/glossary.md").matchAll(/^### (.+)$/gm)].map(([, word = ""]) => word.toLowerCase());
  expect(words).toEqual([...new Set(words)].toSorted());
  const [, table = ""] = textOf("CONTRIBUTING.md").split("## One word, one meaning");
  const inTable = [...table.matchAll(/^\| ([a-z]+) \|/gm)].map(([, word = ""]) => word).filter((word) => word !== "word");
  expect(inTable.length).toBeGreaterThan(20);
  expect(words).toEqual(expect.arrayContaining(inTable));
});
