import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { commands } from "../src/cli/commands/index.ts";
import { fileTypes } from "../src/datasets/files/index.ts";
import { formats } from "../src/datasets/formats/index.ts";
import { trainers } from "../src/exports/trainers/index.ts";
import { phaseNames } from "../src/phases/index.ts";

const root = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));

/**
 * The rooms of each floor, from the ground up. A file imports only from its own floor and from
 * lower floors (docs/architecture.md).
 */
const floors: readonly (readonly string[])[] = [
  ["errors.ts", "records", "statistics", "texts"],
  ["platform"],
  ["hub"],
  ["datasets", "models"],
  ["phases", "runs"],
  ["exports"],
  ["analysis", "config", "execution"],
  ["evaluation", "pipeline", "telemetry"],
  ["estimate", "report"],
  ["viewer"],
  ["cli", "index.ts"],
];
/** Rooms of the same floor that must not import from each other. */
const strangers: readonly (readonly [string, string])[] = [
  ["datasets", "models"],
  ["models", "datasets"],
];

const roomOf = (path: string): string => path.split("/")[0] ?? path;
const floorOf = (path: string): number => floors.findIndex((rooms) => rooms.includes(roomOf(path)));

function importsOf(path: string): string[] {
  const source = readFileSync(join(root, path), "utf8");
  const specifiers = [...source.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map((match) => match[1] ?? "");
  return specifiers.map((specifier) => relative(root, join(root, dirname(path), specifier)));
}

describe("the house", () => {
  test.each(files)("%s stands on a floor and imports downwards only", (path) => {
    expect(floorOf(path)).toBeGreaterThanOrEqual(0);
    for (const imported of importsOf(path)) {
      expect(floorOf(imported), `${path} imports ${imported}`).toBeLessThanOrEqual(floorOf(path));
      expect(strangers, `${path} imports ${imported}`).not.toContainEqual([roomOf(path), roomOf(imported)]);
      expect(imported, `${path} imports the library's face`).not.toBe("index.ts");
    }
  });

  test("no file imports itself over others", () => {
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      expect(trail, [...trail, path].join(" -> ")).not.toContain(path);
      if (done.has(path)) return;
      for (const imported of importsOf(path)) visit(imported, [...trail, path]);
      done.add(path);
    };
    for (const path of files) visit(path, []);
  });

  test("only the command line touches argv, exit codes, signals and the terminal", () => {
    const touching = files.filter(
      (path) =>
        !path.startsWith("cli/") &&
        // The process of the embedded engine is a program of its own.
        path !== "models/embedded/engine-process.ts" &&
        /process\.(argv|exit|exitCode|on|stdout|stderr)\b|console\./.test(readFileSync(join(root, path), "utf8")),
    );
    expect(touching).toEqual([]);
  });
});

describe("every file of a table's folder is in its table", () => {
  const namesIn = (folder: string, ...others: string[]): string[] =>
    files
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1, -3))
      .filter((name) => !["index", ...others].includes(name))
      .toSorted();

  // Files in a table's folder that are not in the table. Several entries share them. `columns` is
  // made from a mapping that the user gives.
  const formatParts = ["format", "chat-message", "columns", "conversation", "roles", "system-column", "turn-list"];
  const fileParts = [
    "column-shape",
    "csv-rows",
    "decompress",
    "file-type",
    "json-layout",
    "json-rows",
    "parquet-writer",
    "read-rows",
    "row-bytes",
    "text-file",
    "utf8",
    "value-row",
    "write-rows",
  ];

  test("formats", () => expect(formats.map(({ name }) => name).toSorted()).toEqual(namesIn("datasets/formats", ...formatParts)));
  test("file types", () =>
    expect(
      fileTypes
        .map(({ name }) => name)
        .filter((name) => name !== "tsv")
        .toSorted(),
    ).toEqual(namesIn("datasets/files", ...fileParts)));
  test("trainers", () => expect(trainers.map(({ name }) => name).toSorted()).toEqual(namesIn("exports/trainers", "trainer", "parts")));
  test("phases", () => expect(namesIn("phases")).toEqual(expect.arrayContaining([...phaseNames])));
  test("commands", () => expect(commands).toHaveLength(namesIn("cli/commands").length));
});
