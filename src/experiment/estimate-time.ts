import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { harnessTaskOf } from "../evaluation/harness/tasks.ts";
import { findModel } from "../models/weights/find-model.ts";
import { runFiles } from "../runs/run-files.ts";
import { mean, sum } from "../statistics/sampling.ts";
import type { CellFile } from "./cell-file.ts";
import { runOf, type Cell } from "./cells.ts";
import type { Experiment } from "./experiment.ts";
import { isFinished, type Planned, type PlannedSubject } from "./plan.ts";
import { publishedItems } from "./published-items.ts";

/** How long a cell may take. */
export interface CellTime {
  readonly seconds: number;
  /** Whether it is known from cells that are done, or from what is assumed. */
  readonly isMeasured: boolean;
}

/** What stands in for cells that are done. The speeds are those of two cores of a CPU. */
const assumed = {
  parameters: 1e9,
  tokensOfRow: 400,
  epochs: 3,
  /** Floating-point operations a second in training. 6 are needed a token and parameter. */
  trainSpeed: 1e11,
  /** Weights that are read a second, once for each token of an answer. */
  readSpeed: 1e10,
  answerTokens: 200,
  /** A question with its examples, once for each of its choices. */
  choicesTokens: 1_000,
  /** Loading Python and a model. */
  startSeconds: 40,
  items: 1_000,
} as const;

/** Turns of a session of SysBench, each of which is answered. */
const turnsOfSysbench = 5;

/** The assumptions in a sentence. */
export const assumptions = `Where no cell of its kind is done, a time is assumed: ${assumed.tokensOfRow} tokens a row, ${assumed.answerTokens} tokens an answer, ${assumed.choicesTokens} tokens a question of choices, ${assumed.trainSpeed / 1e9} GFLOP/s and ${assumed.readSpeed / 1e9} GB/s, which two cores of a CPU do. A GPU needs a small part of it.`;

/** Times of cells, from those of the experiment that are done. */
export class CellTimes {
  readonly #done: (readonly [Cell, CellFile])[] = [];
  readonly #experiment: Pick<Experiment, "train" | "dataRoot">;

  constructor(experiment: Pick<Experiment, "train" | "dataRoot">, subjects: readonly PlannedSubject[]) {
    this.#experiment = experiment;
    for (const { cell, file } of cellsOf(subjects).filter(isFinished)) if (file !== undefined) this.add(cell, file);
  }

  /** A cell has ended, and tells how long others take. */
  add(cell: Cell, file: CellFile): void {
    this.#done.push([cell, file]);
  }

  of(cell: Cell): CellTime {
    const known = this.#done.flatMap(([other, file]) => measured(cell, other, file) ?? []);
    if (known.length > 0) return { seconds: mean(known), isMeasured: true };
    const work = cell.kind === "train" ? assumedTraining(cell, this.#experiment.train) : assumedEvaluation(cell, this.#experiment);
    return { seconds: assumed.startSeconds + work, isMeasured: false };
  }
}

/** What a cell that ended says of another. Undefined if it is of another kind. */
function measured(asked: Cell, cell: Cell, { seconds: clock = 0, train, evaluate }: CellFile): number | undefined {
  if (cell.student.name !== asked.student.name) return undefined;
  if (asked.kind === "train") return cell.kind === "train" && train !== undefined ? Math.max(clock, train.seconds) : undefined;
  if (cell.kind === "train" || cell.benchmark.on !== asked.benchmark.on || evaluate === undefined) return undefined;
  const { seconds, items, of } = evaluate.benchmark;
  // What it took to start is the same however many items are asked.
  return items === 0 ? undefined : Math.max(0, clock - seconds) + (seconds / items) * Math.min(asked.benchmark.limit ?? of, of);
}

function assumedTraining(
  cell: Cell,
  { epochs = assumed.epochs, maxSteps, batchSize = 1, accumulation = 8, maxLength }: Experiment["train"],
): number {
  const rows = Math.min(rowsOf(runOf(cell)) * epochs, maxSteps === undefined ? Infinity : maxSteps * batchSize * accumulation);
  const tokens = rows * Math.min(assumed.tokensOfRow, maxLength ?? Infinity);
  return (6 * parametersOf(cell.student.model) * tokens) / assumed.trainSpeed;
}

export function cellsOf(subjects: readonly PlannedSubject[]): Planned<Cell>[] {
  return subjects.flatMap(({ training, evaluations }): Planned<Cell>[] => [...(training === undefined ? [] : [training]), ...evaluations]);
}

type Evaluation = Cell & { readonly kind: "evaluate" };

function assumedEvaluation(cell: Evaluation, experiment: Pick<Experiment, "train" | "dataRoot">): number {
  const { benchmark, student } = cell;
  const of = itemsOf(cell, experiment);
  const items = Math.min(benchmark.limit ?? of, of) * (benchmark.on.startsWith("sysbench") ? turnsOfSysbench : 1);
  const parameters = parametersOf(student.model);
  // Tokens of a question are computed together, as in training.
  if (harnessTaskOf(benchmark.on)?.answers === "choices") return (items * assumed.choicesTokens * 2 * parameters) / assumed.trainSpeed;
  return (items * assumed.answerTokens * 2 * parameters) / assumed.readSpeed;
}

function itemsOf(cell: Evaluation, { train: { heldOut }, dataRoot }: Pick<Experiment, "train" | "dataRoot">): number {
  const { on, data } = cell.benchmark;
  const task = harnessTaskOf(on);
  const local = task === undefined || dataRoot === undefined ? 0 : testLinesIn(join(dataRoot, task.dataset));
  if (local > 0) return local;
  if (on === "own") return Math.ceil(rowsOf(runOf(cell)) * heldOut);
  if (data?.endsWith(".jsonl") === true) return linesOf(data);
  return publishedItems[on] ?? assumed.items;
}

/** Rows of a run's dataset, which are its lines. */
function rowsOf(run: string | undefined): number {
  return linesOf(runFiles(run ?? "").dataset);
}

/** Lines of the test files of a dataset on this machine. 0 where they are of another type. */
function testLinesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return sum(names.filter((name) => /(?:^|[/\\])test[^/\\]*\.jsonl$/.test(name)).map((name) => linesOf(join(folder, name))));
}

function linesOf(file: string): number {
  return existsSync(file) ? readFileSync(file).reduce((lines, byte) => lines + Number(byte === 0x0a), 0) : 0;
}

/** Parameters of a model, from the size of its weights. */
function parametersOf(model: string): number {
  // Of the hub a model may be named in two ways, and a file in one.
  const named = model.startsWith("hf:") && !model.endsWith(".gguf") ? undefined : findModel(model);
  if (named?.bytes !== undefined) return named.bytes / bytesOfGgufParameter;
  if (!existsSync(model)) return assumed.parameters;
  const files = statSync(model).isDirectory() ? readdirSync(model).map((name) => join(model, name)) : [model];
  const sizes = files.map((file) =>
    file.endsWith(".gguf") ? statSync(file).size / bytesOfGgufParameter : isWeights(file) ? statSync(file).size / 2 : 0,
  );
  return sum(sizes) || assumed.parameters;
}

/** A quantized weight with its scale. */
const bytesOfGgufParameter = 0.7;

const isWeights = (file: string): boolean => /\.(?:safetensors|bin)$/.test(file);
