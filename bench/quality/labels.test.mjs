import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readLabels } from "./labels.mjs";

let folder;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sysgen-labels-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const row = { id: "a", instruction: "Q", response: "A", phrases: [{ tag: "Tool", text: "Be brief.", fits: true, serves: "Style" }] };
const written = (...lines) => {
  const path = join(folder, "labels.jsonl");
  writeFileSync(path, lines.join("\n"));
  return path;
};

test("labelled rows are read, and blank lines skipped", () => {
  expect(readLabels(written(JSON.stringify(row), "", JSON.stringify({ ...row, id: "b" }), "")).map(({ id }) => id)).toEqual(["a", "b"]);
});

test.each([
  ["no JSON", "{"],
  ["a tag that is none of the eight", JSON.stringify({ ...row, phrases: [{ ...row.phrases[0], serves: "Tone" }] })],
  ["no label", JSON.stringify({ ...row, phrases: [{ tag: "Tool", text: "Be brief.", serves: "Style" }] })],
])("a line with %s is named", (_, line) => {
  expect(() => readLabels(written(JSON.stringify(row), line))).toThrow(/labels\.jsonl:2 is no labelled row/);
});

test("the labelled phrases are enough, are of the bench's rows, and a quarter of them do not fit", () => {
  const here = (name) => new URL(name, import.meta.url).pathname;
  const labels = readLabels(here("phrases.jsonl"));
  const rows = new Map(
    readFileSync(here("rows.jsonl"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .map((each) => [each.id, each]),
  );
  for (const { id, instruction, response } of labels) {
    const turns = rows.get(id).messages;
    expect(instruction).toBe(
      turns
        .filter(({ role }) => role === "user")
        .map(({ content }) => content)
        .join("\n"),
    );
    expect(response).toBe(turns.at(-1).content);
  }
  const phrases = labels.flatMap((each) => each.phrases);
  expect(labels.length).toBeGreaterThanOrEqual(40);
  expect(phrases.length).toBeGreaterThanOrEqual(220);
  expect(phrases.filter(({ fits }) => !fits).length / phrases.length).toBeGreaterThanOrEqual(0.25);
});
