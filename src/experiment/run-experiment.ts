import { join } from "node:path";
import { isAbort, messageOf } from "../errors.ts";
import { labelOf, runOf, type Cell } from "./cells.ts";
import { readItems, readJson, type CellStore } from "./cell-store.ts";
import { hasWeights, isFinished, needsTraining, type Planned, type PlannedSubject } from "./plan.ts";
import { evaluateFacts, trainFacts, type CellFile } from "./records.ts";
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
  readonly store: CellStore;
  readonly workers: Workers;
  readonly observer: ExperimentObserver;
  readonly signal: AbortSignal;
  /** For tests. */
  readonly now?: () => number;
}

/**
 * Does what is left of an experiment, model by model. A cell that fails is recorded with its cause,
 * and the others go on. A cell's file is written before its work begins and once it has ended, so
 * the same call again goes on where the last one was stopped or killed.
 */
export async function runExperiment(subjects: readonly PlannedSubject[], options: Options): Promise<void> {
  for (const subject of subjects) {
    if (options.signal.aborted) return;
    const isReady = needsTraining(subject) ? await train(subject, options) : true;
    if (isReady) await evaluate(subject, options);
  }
}

/** @returns Whether there is a model to evaluate. */
async function train(subject: PlannedSubject, options: Options): Promise<boolean> {
  const { training, student, seed, model } = subject;
  if (training === undefined) return true;
  const { cell } = training;
  const work = await begin([training], options);
  // A process that was killed may have trained and not recorded it. The folder has the cell's name.
  const isTrained = hasWeights(model) && (await readJson(join(model, "train.json"), trainFacts))?.state === "done";
  const thrown = isTrained
    ? undefined
    : await work((hooks) => options.workers.train({ student, run: runOf(cell) ?? "", variant: cell.variant, seed, out: model }, hooks));
  const record = await read(() => readJson(join(model, "train.json"), trainFacts), thrown);
  const state = thrown?.state ?? record.value?.state ?? "failed";
  const file = await end(training, work.startedAt, options, {
    state,
    cause: thrown?.cause ?? record.cause ?? record.value?.cause ?? (state === "failed" ? noRecord("train.json") : undefined),
    ...(record.value !== undefined && state === "done" && { train: record.value, seconds: record.value.seconds }),
  });
  return file.state === "done";
}

async function evaluate(subject: PlannedSubject, options: Options): Promise<void> {
  for (const place of ["system", "user"] as const) {
    const cells = subject.evaluations.filter((planned) => planned.cell.systemAs === place && !isFinished(planned));
    if (cells.length === 0 || options.signal.aborted) continue;
    const { student, seed, model } = subject;
    const out = join(subject.evaluationFolder, place);
    const work = await begin(cells, options);
    const benchmarks = cells.map(({ cell }) => cell.benchmark);
    const thrown = await work((hooks) =>
      options.workers.evaluate({ student, model, run: student.run, benchmarks, systemAs: place, seed, out }, hooks),
    );
    const record = await read(() => readJson(join(out, "evaluate.json"), evaluateFacts), thrown);
    for (const planned of cells) {
      const { on } = planned.cell.benchmark;
      const benchmark = record.value?.benchmarks[on];
      // What an earlier call left in the record is no result of a call that threw.
      const hasResult = benchmark !== undefined && thrown === undefined;
      const items = hasResult ? await readItems(join(out, on, "items.jsonl")) : [];
      if (items.length > 0) await options.store.writeItems(planned.identity.hash, items);
      const state = hasResult ? benchmark.state : (thrown?.state ?? "failed");
      await end(planned, work.startedAt, options, {
        state,
        cause: hasResult ? benchmark.cause : (thrown?.cause ?? record.cause ?? noRecord("evaluate.json")),
        ...(hasResult &&
          record.value !== undefined && {
            evaluate: { model: record.value.model, judge: record.value.judge, benchmark },
            seconds: benchmark.seconds,
          }),
      });
    }
  }
}

const noRecord = (name: string): string => `the work ended without a result in ${name}`;

interface Thrown {
  readonly state: "failed" | "stopped";
  readonly cause: string | undefined;
}

type Work = ((work: (hooks: WorkHooks) => Promise<unknown>) => Promise<Thrown | undefined>) & { readonly startedAt: number };

/** Records that work on cells begins. What is returned does the work, and tells what was thrown. */
async function begin(cells: readonly Planned<Cell>[], { store, observer, signal, now = Date.now }: Options): Promise<Work> {
  const startedAt = now();
  for (const { cell, identity } of cells)
    await store.write(identity.hash, { ...headOf(cell, identity.inputs), state: "begun", startedAt: timeOf(startedAt) });
  observer.onBegin(cells.map(({ cell }) => cell));
  const work = async (task: (hooks: WorkHooks) => Promise<unknown>): Promise<Thrown | undefined> => {
    try {
      await task({ signal, say: observer.say, onProgress: observer.onProgress });
      return undefined;
    } catch (error) {
      return signal.aborted || isAbort(error) ? { state: "stopped", cause: undefined } : { state: "failed", cause: messageOf(error) };
    }
  };
  return Object.assign(work, { startedAt });
}

async function end(
  { cell, identity }: Planned<Cell>,
  startedAt: number,
  { store, observer, now = Date.now }: Options,
  result: Pick<CellFile, "state" | "cause" | "seconds" | "train" | "evaluate">,
): Promise<CellFile> {
  const file: CellFile = {
    ...headOf(cell, identity.inputs),
    startedAt: timeOf(startedAt),
    seconds: (now() - startedAt) / 1_000,
    ...result,
  };
  await store.write(identity.hash, file);
  observer.onEnd(cell, file);
  return file;
}

function headOf(cell: Cell, inputs: Planned<Cell>["identity"]["inputs"]): Pick<CellFile, "format" | "label" | "inputs"> {
  return { format: "sysgen-cell/1", label: labelOf(cell), inputs };
}

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** A record, or why it cannot be read. What was thrown before says more. */
async function read<T>(
  reading: () => Promise<T | undefined>,
  thrown: Thrown | undefined,
): Promise<{ readonly value?: T | undefined; readonly cause?: string }> {
  if (thrown !== undefined) return {};
  try {
    return { value: await reading() };
  } catch (error) {
    return { cause: messageOf(error) };
  }
}
