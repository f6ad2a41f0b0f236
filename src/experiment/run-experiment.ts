import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { isAbort, messageOf } from "../errors.ts";
import { itemsFile, readEvaluation } from "../evaluation/evaluation-folder.ts";
import { sum } from "../statistics/sampling.ts";
import { readTrainRecord } from "../training/train-record.ts";
import type { CellFile } from "./cell-file.ts";
import { readItems, type CellStore } from "./cell-store.ts";
import { labelOf, otherRunOf, runOf, type Cell, type EvaluateCell } from "./cells.ts";
import { inKeys } from "./in-keys.ts";
import { hasWeights, isFinished, needsTraining, type Planned, type PlannedSubject } from "./plan.ts";
import type { VariantName } from "./variants.ts";
import type { WorkHooks, Workers } from "./workers.ts";

/** What an experiment tells while it works. */
export interface ExperimentObserver {
  readonly say: (text: string) => void;
  /** Work on cells begins. Several evaluations of one model begin at once. */
  readonly onBegin: (cells: readonly Cell[]) => void;
  readonly onProgress: (words: string) => void;
  readonly onEnd: (cell: Cell, file: CellFile) => void;
}

interface Options {
  /** All variants of the experiment. */
  readonly variants: readonly VariantName[];
  readonly store: CellStore;
  readonly workers: Workers;
  readonly observer: ExperimentObserver;
  readonly signal: AbortSignal;
}

/** What came of a cell. `seconds` are those of its record, without loading. */
type CellResult = Pick<CellFile, "state" | "cause" | "seconds" | "train" | "evaluate">;

/**
 * Does what is left of an experiment, model by model. A cell that fails is recorded with its cause,
 * and the others go on. A cell's file is written before its work begins and once it has ended, so
 * the same call again goes on where the last one was stopped or killed.
 * @returns Why the budget ended it. Undefined where it did not.
 */
export async function runExperiment(subjects: readonly PlannedSubject[], options: Options): Promise<string | undefined> {
  for (const subject of subjects) {
    if (options.signal.aborted) return undefined;
    const isReady = !needsTraining(subject) || (await train(subject, options));
    for (const cells of isReady ? await groupsOf(subject) : []) {
      const stoppedBy = options.signal.aborted ? undefined : await evaluate(subject, cells, options);
      if (stoppedBy !== undefined) return inKeys(stoppedBy);
    }
  }
  return undefined;
}

/** @returns Whether there is a model to evaluate. */
async function train({ training, student, seed, model }: PlannedSubject, options: Options): Promise<boolean> {
  if (training === undefined) return true;
  const { cell } = training;
  const { variant } = cell;
  const task = { student, run: runOf(cell) ?? "", sameRowsAs: otherRunOf(cell, options.variants), variant, seed, out: model };
  const [result] = await recorded([training], options, async (hooks) => {
    // A record without weights would pass for a training that is done.
    if (existsSync(model) && !hasWeights(model)) await rm(model, { recursive: true });
    await options.workers.train(task, hooks);
    const record = await readTrainRecord(model);
    if (record?.state !== "done") return () => ({ state: record?.state ?? "failed", cause: inKeys(record?.cause ?? noRecord) });
    return () => ({ state: "done", train: record, seconds: record.seconds });
  });
  return result?.state === "done";
}

const noRecord = "the work ended without a word on what came of it";

type Group = [Planned<EvaluateCell>, ...Planned<EvaluateCell>[]];

/** Evaluations that are left, by what one call of the evaluation has in common. */
async function groupsOf({ evaluations, evaluationFolder }: PlannedSubject): Promise<Group[]> {
  const groups = new Map<string, Group>();
  for (const planned of evaluations) {
    if (isFinished(planned)) continue;
    const key = `${await evaluationFolder(planned.cell)} ${planned.cell.benchmark.limit ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [planned]);
    else group.push(planned);
  }
  return [...groups.values()];
}

/** @returns Why the budget ended it. */
async function evaluate(subject: PlannedSubject, cells: Group, options: Options): Promise<string | undefined> {
  const { student, model } = subject;
  const { systemAs } = cells[0].cell;
  const out = await subject.evaluationFolder(cells[0].cell);
  const benchmarks = cells.map(({ cell }) => cell.benchmark);
  let stoppedBy: string | undefined;
  const results = await recorded(cells, options, async (hooks) => {
    const before = await readEvaluation(out);
    stoppedBy = await options.workers.evaluate({ student, model, run: student.run, benchmarks, systemAs, out }, hooks);
    const { format: _format, benchmarks: found, ...head } = (await readEvaluation(out)) ?? { benchmarks: undefined };
    return async ({ cell, identity }) => {
      const { on } = cell.benchmark;
      const benchmark = found?.[on];
      // Where the work was broken off, a record that is still the same is of an earlier call.
      const isBrokenOff = options.signal.aborted || stoppedBy !== undefined;
      if (isBrokenOff && isDeepStrictEqual(benchmark, before?.benchmarks[on])) return { state: "stopped" };
      if (benchmark === undefined || !("model" in head)) return { state: "failed", cause: noRecord };
      await options.store.writeItems(identity.hash, await readItems(itemsFile(out, on)));
      const { state, cause, seconds } = benchmark;
      return { state, cause: cause && inKeys(cause), seconds, evaluate: { ...head, benchmark } };
    };
  });
  // One benchmark without its data fails them all, so each is tried on its own.
  if (
    cells.length > 1 &&
    !options.signal.aborted &&
    results.every(({ state, evaluate: record }) => state === "failed" && record === undefined)
  )
    for (const [place, cell] of cells.entries()) stoppedBy ??= await evaluate(subject, [{ ...cell, file: results[place] }], options);
  return stoppedBy;
}

/**
 * Does work on cells, and keeps what came of each. What the work throws is the cause for which all
 * of them failed.
 * @param work Does the work, and returns what reads a cell's result.
 */
async function recorded<C extends Cell>(
  cells: readonly Planned<C>[],
  { store, observer, signal }: Options,
  work: (hooks: WorkHooks) => Promise<(cell: Planned<C>) => CellResult | Promise<CellResult>>,
): Promise<CellFile[]> {
  const begun = Date.now();
  const keep = async ({ cell, identity }: Planned<C>, result: CellResult): Promise<CellFile> => {
    const head = {
      format: "sysgen-cell/1",
      label: labelOf(cell),
      inputs: identity.inputs,
      startedAt: new Date(begun).toISOString(),
    } as const;
    const file = { ...head, ...result };
    await store.write(identity.hash, file);
    return file;
  };
  for (const cell of cells) await keep(cell, { state: "begun", seconds: cell.file?.seconds });
  observer.onBegin(cells.map(({ cell }) => cell));
  let resultOf: (cell: Planned<C>) => CellResult | Promise<CellResult>;
  try {
    resultOf = await work({ signal, say: (text) => observer.say(inKeys(text)), onProgress: observer.onProgress });
  } catch (error) {
    const isStopped = signal.aborted || isAbort(error);
    resultOf = () => ({ state: isStopped ? "stopped" : "failed", ...(!isStopped && { cause: inKeys(messageOf(error)) }) });
  }
  const clock = (Date.now() - begun) / 1_000;
  const results: (readonly [Planned<C>, CellResult])[] = [];
  for (const planned of cells) results.push([planned, await resultOf(planned)]);
  const shares = sharesOf(results);
  const files: CellFile[] = [];
  for (const [place, [planned, result]] of results.entries()) {
    const seconds = (planned.file?.seconds ?? 0) + clock * (shares[place] ?? 0);
    // A process that was killed wrote no time but that of its record.
    const file = await keep(planned, { ...result, seconds: Math.max(seconds, result.seconds ?? 0) });
    observer.onEnd(planned.cell, file);
    files.push(file);
  }
  return files;
}

/**
 * Shares of cells in the time of work that they had in common. They are as the times of the cells'
 * own records since the last command, and alike where no record tells one.
 */
function sharesOf(results: readonly (readonly [Planned<Cell>, CellResult])[]): number[] {
  const own = results.map(([{ file }, { seconds = 0 }]) => {
    const before = file?.evaluate?.benchmark.seconds ?? file?.train?.seconds ?? 0;
    return Math.max(0, seconds - before);
  });
  const all = sum(own);
  return own.map((seconds) => (all === 0 ? 1 / own.length : seconds / all));
}
