import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { metrics } from "../src/analysis/metrics/index.ts";
import { commands } from "../src/cli/commands/index.ts";
import { fileTypes } from "../src/datasets/files/index.ts";
import { formats } from "../src/datasets/formats/index.ts";
import { purposesOf } from "../src/evaluation/benchmark-result.ts";
import { benchmarks } from "../src/evaluation/benchmarks/index.ts";
import { judgePurposes } from "../src/evaluation/judge/purposes.ts";
import { trainers } from "../src/exports/trainers/index.ts";
import { backends } from "../src/models/index.ts";
import { gateNames } from "../src/phases/gates/index.ts";
import { phaseNames } from "../src/phases/index.ts";
import { phasePurposes } from "../src/pipeline/road.ts";

const root = fileURLToPath(new URL("../src/", import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => /(?<!\.test|\.d)\.tsx?$/.test(path));

/**
 * The rooms from the ground up. A file imports from its own floor or a lower one
 * (docs/architecture.md).
 */
const floors: readonly (readonly string[])[] = [
  ["errors.ts", "secrets.ts", "records", "statistics", "texts"],
  ["platform"],
  ["hub", "python"],
  ["datasets", "models"],
  ["phases", "runs"],
  ["exports"],
  ["analysis", "config", "execution"],
  ["evaluation", "pipeline", "telemetry", "training"],
  ["diagnosis", "estimate", "experiment", "report"],
  ["viewer"],
  ["cli", "index.ts"],
];
/** Rooms that one room does not know, although they stand on its floor or below. */
const strangers: readonly (readonly [room: string, others: readonly string[]])[] = [
  ["datasets", ["models"]],
  ["models", ["datasets"]],
  ["phases", ["runs"]],
  // What is pure and general knows nothing of rows and runs.
  ["texts", ["records", "errors.ts", "secrets.ts"]],
  ["statistics", ["records", "texts", "errors.ts", "secrets.ts"]],
  // Analysis asks no model.
  ["analysis", ["execution"]],
];

const roomOf = (path: string): string => path.split("/")[0] ?? path;
const floorOf = (path: string): number => floors.findIndex((rooms) => rooms.includes(roomOf(path)));
const sourceOf = (path: string): string => readFileSync(join(root, path), "utf8");

function importsOf(path: string): string[] {
  const specifiers = [...sourceOf(path).matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g)].map((match) => match[1] ?? "");
  return specifiers.map((specifier) => relative(root, join(root, dirname(path), specifier))).filter((imported) => /\.tsx?$/.test(imported));
}

describe("the house", () => {
  test("the top level holds the library's face, the errors, the secrets and rooms", () => {
    const top = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .filter((name) => !name.endsWith(".test.ts"));
    expect(top.toSorted()).toEqual(["errors.ts", "index.ts", "secrets.ts"]);
  });

  test("every import leads to a file", () => {
    const broken = files.flatMap((path) => importsOf(path).filter((imported) => !existsSync(join(root, imported))));
    expect(broken).toEqual([]);
  });

  test.each(files)("%s stands on a floor and imports downwards only", (path) => {
    expect(floorOf(path)).toBeGreaterThanOrEqual(0);
    const unknown = strangers.find(([room]) => room === roomOf(path))?.[1] ?? [];
    for (const imported of importsOf(path)) {
      expect(floorOf(imported), `${path} imports ${imported}`).toBeLessThanOrEqual(floorOf(path));
      expect(unknown, `${path} imports ${imported}`).not.toContain(roomOf(imported));
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
        // A program of its own: the process of the embedded engine.
        path !== "models/embedded/engine-process.ts" &&
        /process\.(argv|exit|exitCode|on|stdout|stderr)\b|console\./.test(sourceOf(path)),
    );
    expect(touching).toEqual([]);
  });

  test("no file knows that it runs under tests", () => {
    const knowing = files.filter((path) => /VITEST|NODE_ENV|import\.meta\.url\.endsWith/.test(sourceOf(path)));
    expect(knowing).toEqual([]);
  });

  test("the wrapping of a model call stands in one file", () => {
    const wrapping = files.filter((path) =>
      /\bwith(?:Journal|Retry|Budget)\(/.test(sourceOf(path).replaceAll(/export function \w+\(/g, "")),
    );
    expect(wrapping).toEqual(["execution/open-session.ts"]);
  });
});

describe("every file of a table's folder is in its table", () => {
  const namesIn = (folder: string, ...others: string[]): string[] =>
    files
      .filter((path) => dirname(path) === folder)
      .map((path) => path.slice(folder.length + 1).replace(/\.tsx?$/, ""))
      .filter((name) => !["index", ...others].includes(name))
      .toSorted();

  // What several of a table's files stand on, and `columns`, which is made from a mapping.
  const formatParts = ["turn", "format", "chat-message", "columns", "conversation", "own-format", "roles", "system-column", "turn-list"];
  const fileParts = [
    "buffers-of",
    "json-table",
    "literal-quotes",
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
  const phaseParts = [
    "ask-questions",
    "calibration",
    "calibration-words",
    "check-response",
    "counter-evidence",
    "fit",
    "label-said",
    "obedience",
    "phase",
    "presets",
    "read-json",
    "row-dropped",
    "row-under-way",
    "sampling-settings",
    "sieve",
    "step",
  ];
  const metricParts = ["common-subsequence", "metric", "ngram-overlap", "text-pair", "tokenizers", "vocabulary"];

  test("phases", () => expect(phaseNames.toSorted()).toEqual(namesIn("phases", ...phaseParts)));
  test("gates", () => expect(gateNames.toSorted()).toEqual(namesIn("phases/gates", "gate")));
  test("backends", () =>
    expect(backends.map(({ name }) => `models/${name}/backend.ts`).toSorted()).toEqual(
      files.filter((path) => /^models\/.+\/backend\.ts$/.test(path)).toSorted(),
    ));
  test("formats", () => expect(formats.map(({ name }) => name).toSorted()).toEqual(namesIn("datasets/formats", ...formatParts)));
  test("file types", () => {
    const names = fileTypes.map(({ name }) => name).filter((name) => name !== "tsv");
    expect(names.toSorted()).toEqual(namesIn("datasets/files", ...fileParts));
  });
  test("trainers", () => expect(trainers.map(({ name }) => name).toSorted()).toEqual(namesIn("exports/trainers", "trainer", "parts")));
  test("commands", () => expect(commands).toHaveLength(namesIn("cli/commands").length));

  /**
   * For tables whose entries do not bear their file's name. The table's file imports each file of
   * the folder, apart from the parts that several of them stand on.
   */
  const imported = (table: string, folder: string, ...parts: string[]): void => {
    const inTable = importsOf(table).filter((path) => dirname(path) === folder);
    expect(inTable).toEqual(expect.arrayContaining(namesIn(folder, ...parts).map((name) => `${folder}/${name}.ts`)));
  };
  test("metrics", () => {
    expect(metrics.length).toBeGreaterThan(0);
    imported("analysis/metrics/index.ts", "analysis/metrics", ...metricParts);
  });
  test("sections of the report page", () => imported("report/page/render-report.ts", "report/page/sections", "reasons"));
  test("tokenizers", () => imported("models/tokenizers/index.ts", "models/tokenizers"));

  test("purposes have names and ranks of their own among those that are asked together", () => {
    for (const purposes of [phasePurposes, judgePurposes]) {
      expect(new Set(purposes.map(({ name }) => name)).size).toBe(purposes.length);
      expect(new Set(purposes.map(({ rank }) => rank)).size).toBe(purposes.length);
    }
    for (const benchmark of benchmarks) {
      const ranks = purposesOf(benchmark).map(({ rank }) => rank);
      expect(new Set(ranks).size).toBe(ranks.length);
    }
    const asked = benchmarks.flatMap(purposesOf);
    const names = [...phasePurposes, ...judgePurposes, ...asked].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
