import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { isCode } from "../../platform/disk-errors.ts";
import { wilson } from "../../statistics/wilson.ts";
import type { Figure } from "../benchmarks/benchmark.ts";
import type { HarnessFigure, HarnessTask } from "./tasks.ts";

/** What a results file of the harness says of one task. */
export interface HarnessResult {
  /** The main figure first. */
  readonly figures: readonly Figure[];
  /** Items that were asked. */
  readonly items: number;
  /** Items of the whole set. */
  readonly of: number;
  /** Versions of the harness, of `transformers`, and of the task's definition. */
  readonly versions: Readonly<Record<string, string>>;
  /** Tasks that make up the group, or the task itself. Each has a file of samples. */
  readonly leaves: readonly string[];
  /** The end of the names of the files of samples, such as `2026-11-29T07-57-04.533882`. */
  readonly stamp: string;
  /** SHA-256 of the chat template that prompts went through. Undefined without one. */
  readonly templateSha256: string | undefined;
  /** Time of the harness, its start included. */
  readonly seconds: number;
}

const row = z.record(z.string(), z.unknown());
const resultsSchema = z.object({
  results: z.record(z.string(), row),
  groups: z.record(z.string(), row).optional(),
  versions: z.record(z.string(), z.unknown()).default({}),
  "n-shot": z.record(z.string(), z.unknown()).default({}),
  "n-samples": z.record(z.string(), z.object({ original: z.number(), effective: z.number() })),
  lm_eval_version: z.string().optional(),
  transformers_version: z.string().nullish(),
  chat_template_sha: z.string().nullish(),
  total_evaluation_time_seconds: z.coerce.number().catch(0),
});

const fileName = /^results_(.+)\.json$/;

/**
 * The newest result of a task in a folder.
 * @returns Undefined when no file there has the task's main figure. The exit code of the harness
 * proves nothing, because it is 0 when the results could not be written.
 */
export async function readResult(folder: string, task: HarnessTask): Promise<HarnessResult | undefined> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isCode(error, "ENOENT")) return [];
    throw error;
  });
  for (const name of names
    .filter((name) => fileName.test(name))
    .toSorted()
    .toReversed()) {
    const result = resultIn(await readFile(join(folder, name), "utf8"), fileName.exec(name)?.[1] ?? "", task);
    if (result !== undefined) return result;
  }
  return undefined;
}

function resultIn(text: string, stamp: string, task: HarnessTask): HarnessResult | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // Torn, for example because the disk was full.
  }
  const parsed = resultsSchema.safeParse(value).data;
  const values = parsed?.groups?.[task.task] ?? parsed?.results[task.task];
  if (parsed === undefined || values === undefined) return undefined;
  const [main] = task.figures;
  if (typeof values[main.key] !== "number") return undefined;
  const samples = parsed["n-samples"];
  const items = sumOf(Object.values(samples).map(({ effective }) => effective));
  const shots = [...new Set(Object.values(parsed["n-shot"]))];
  return {
    figures: task.figures.map((figure) => figureOf(figure, values, items)),
    items,
    of: sumOf(Object.values(samples).map(({ original }) => original)),
    versions: withoutUnknown({
      "lm-eval": parsed.lm_eval_version,
      transformers: parsed.transformers_version,
      task: textOf(parsed.versions[task.task]),
      shots: shots.map(textOf).join(", "),
    }),
    leaves: Object.keys(samples),
    stamp,
    templateSha256: parsed.chat_template_sha ?? undefined,
    seconds: parsed.total_evaluation_time_seconds,
  };
}

/** Half the width of a 95% interval, in standard errors. */
const halfWidth = 1.959964;

function figureOf({ name, title, key }: HarnessFigure, values: Readonly<Record<string, unknown>>, items: number): Figure {
  const value = values[key];
  const about = { name, title, unit: "share", items, unparsed: 0 } as const;
  if (typeof value !== "number") return { ...about, value: null, low: null, high: null, items: 0 };
  const error = values[key.replace(",", "_stderr,")];
  // The standard error is 0 where all items agree, however few they are.
  if (value === 0 || value === 1) return { ...about, value, low: null, high: null, ...wilson(value * items, items) };
  if (typeof error !== "number") return { ...about, value, low: null, high: null };
  return { ...about, value, low: Math.max(0, value - halfWidth * error), high: Math.min(1, value + halfWidth * error) };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function withoutUnknown(versions: Readonly<Record<string, string | null | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(versions).flatMap(([name, version]) => (version ? [[name, version]] : [])));
}
