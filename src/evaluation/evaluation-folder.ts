import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { SysGenError, UsageError, messageOf } from "../errors.ts";
import { closeOnFailure } from "../platform/close-on-failure.ts";
import { readIfThere } from "../platform/read-if-there.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { openRun, type OpenedRun } from "../runs/open-run.ts";
import type { Manifest } from "../runs/manifest.ts";
import { runFiles } from "../runs/run-files.ts";
import type { Scored } from "./benchmarks/benchmark.ts";
import { harnessTaskOf } from "./harness/tasks.ts";
import { evaluateRecord, type BenchmarkRecord, type EvaluateRecord } from "./evaluate-record.ts";

/** What an evaluation is, before anything was asked. */
export type EvaluationIdentity = Omit<EvaluateRecord, "format" | "benchmarks">;

/** The folder of an evaluation, which this process alone holds. */
export class EvaluationFolder implements AsyncDisposable {
  readonly folder: string;
  readonly opened: OpenedRun<Manifest | undefined>;
  #record: EvaluateRecord;
  /** Benchmarks may end at the same time. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(opened: OpenedRun<Manifest | undefined>, record: EvaluateRecord) {
    this.folder = opened.folder;
    this.opened = opened;
    this.#record = record;
  }

  /**
   * Opens the folder, or makes it.
   * @throws UsageError when the folder holds a run, when another process is at work in it, and when
   * its evaluation has another model or other settings.
   */
  static async open(folder: string, identity: EvaluationIdentity): Promise<EvaluationFolder> {
    const files = runFiles(folder);
    const opened = await openRun(folder, "own", (manifest) => {
      if (manifest !== undefined || (existsSync(files.journal) && !existsSync(files.evaluation)))
        throw new UsageError(`${folder} holds a run. Choose another --out for its evaluation.`);
    });
    return closeOnFailure(opened, async () => {
      const before = await readEvaluation(folder);
      if (before !== undefined) refuseDifference(folder, before, identity);
      const record: EvaluateRecord = { format: "sysgen-evaluate/1", ...before, ...identity, benchmarks: before?.benchmarks ?? {} };
      const held = new EvaluationFolder(opened, record);
      await held.#write();
      return held;
    });
  }

  get record(): EvaluateRecord {
    return this.#record;
  }

  /** The record of a benchmark whose items are there too. */
  recordOf(name: string): BenchmarkRecord | undefined {
    return existsSync(itemsFile(this.folder, name)) ? this.#record.benchmarks[name] : undefined;
  }

  /**
   * Writes the record of a benchmark.
   * @param scored Its items. Undefined where they are written already.
   */
  put(name: string, benchmark: BenchmarkRecord, scored?: readonly Scored[]): Promise<void> {
    this.#writing = this.#putAfter(this.#writing, name, benchmark, scored);
    return this.#writing;
  }

  async #putAfter(before: Promise<void>, name: string, benchmark: BenchmarkRecord, scored: readonly Scored[] | undefined): Promise<void> {
    await before;
    if (scored !== undefined) {
      const path = itemsFile(this.folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeAtomically(path, linesOf(scored), this.opened.mayWrite);
    }
    this.#record = { ...this.#record, benchmarks: { ...this.#record.benchmarks, [name]: benchmark } };
    await this.#write();
  }

  async #write(): Promise<void> {
    await writeAtomically(runFiles(this.folder).evaluation, [`${JSON.stringify(this.#record, null, 2)}\n`], this.opened.mayWrite);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.opened.close();
  }
}

/** The items of a benchmark, as an evaluation writes them. */
export function itemsFile(folder: string, benchmark: string): string {
  return join(folder, benchmark, "items.jsonl");
}

/**
 * The evaluation of a folder. Undefined where there is none.
 * @throws SysGenError when the file is there and is no record of an evaluation.
 */
export async function readEvaluation(folder: string): Promise<EvaluateRecord | undefined> {
  const path = runFiles(folder).evaluation;
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return evaluateRecord.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : messageOf(error);
    throw new SysGenError(`${path} is no record of an evaluation (${why}). Choose another --out, or restore it from a copy.`);
  }
}

/**
 * Refuses another model and other settings, because the figures of one folder are those of one
 * model, asked in one way. Without a judge, nothing is said of how it is asked.
 */
function refuseDifference(folder: string, before: EvaluateRecord, now: EvaluationIdentity): void {
  const [known, given] = [factsOf(before), factsOf(now)];
  const hasJudge = before.judge !== undefined && now.judge !== undefined;
  const names = [...new Set([...Object.keys(known), ...Object.keys(given)])];
  // Earlier versions knew no template of a folder that has several. Its weights tell it.
  const hasTemplate = before.model.template !== undefined && now.model.template !== undefined;
  // Templates that refuse system messages had no answers in versions that did not fold them.
  const hasAnswers = Object.entries(before.benchmarks).some(([name, { items }]) => items > 0 && harnessTaskOf(name) === undefined);
  const counts = (name: string): boolean =>
    name === "template" ? hasTemplate : name === folding ? hasAnswers : hasJudge || !name.startsWith("judge");
  const differing = names.find((name) => known[name] !== given[name] && counts(name));
  if (differing === undefined) return;
  throw new UsageError(
    `${folder} holds an evaluation with ${differing} ${known[differing] ?? "as it comes"}, and this one has ${given[differing] ?? "none"}. Choose another --out.`,
  );
}

/** How the folding of system messages into the user's is called. */
const folding = "folding of system messages";

function factsOf({ model, judge, systemAs, settings, judging }: EvaluationIdentity): Readonly<Record<string, string>> {
  const facts: Readonly<Record<string, unknown>> = {
    // A folder may be named in several ways. Its weights tell it.
    model: model.kind === "folder" ? undefined : model.name,
    "kind of model": model.kind,
    weights: model.weights,
    template: model.template,
    "system role": model.systemRole,
    [folding]: model.kind !== "folder" ? undefined : model.foldsSystem ? "on" : "off",
    "system-as": systemAs,
    ...settings,
    judge,
    ...Object.fromEntries(Object.entries(judging ?? {}).map(([name, value]) => [`judge ${name}`, value])),
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === "string" ? value : JSON.stringify(value)]],
    ),
  );
}

function* linesOf(scored: readonly Scored[]): Generator<string, void, void> {
  for (const item of scored) yield `${JSON.stringify(item)}\n`;
}
