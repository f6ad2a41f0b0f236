import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { runFiles } from "../runs/run-files.ts";
import { mean, sum } from "../statistics/sampling.ts";
import { runOf, type Cell } from "./cells.ts";
import type { Experiment } from "./experiment.ts";
import { isFinished, type Planned, type PlannedSubject } from "./plan.ts";

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
  /** Loading Python and a model. */
  startSeconds: 40,
  items: 1_000,
} as const;

/** Items of the whole sets, and what an item asks in answers. */
const knownItems: Readonly<Record<string, number>> = {
  "s-ifeval": 541,
  ifeval: 541,
  multifacet: 921,
  sysbench: 2_500,
  realguardrails: 743,
  "ifeval-harness": 541,
  mmlu: 14_042,
  "mmlu-pro": 12_032,
  "arc-challenge": 1_172,
  gpqa: 448,
  hellaswag: 10_042,
  mathqa: 2_985,
  bbh: 6_511,
};

/** The assumptions in a sentence. */
export const assumptions = `Where no cell of its kind is done, a time is assumed: ${assumed.tokensOfRow} tokens a row, ${assumed.answerTokens} tokens an answer, ${assumed.trainSpeed / 1e9} GFLOP/s and ${assumed.readSpeed / 1e9} GB/s, which two cores of a CPU do. A GPU needs a small part of it.`;

/** Times of cells, from those of the experiment that are done. */
export class CellTimes {
  readonly #done: readonly Planned<Cell>[];
  readonly #experiment: Pick<Experiment, "train">;

  constructor(experiment: Pick<Experiment, "train">, subjects: readonly PlannedSubject[]) {
    this.#experiment = experiment;
    this.#done = cellsOf(subjects).filter(isFinished);
  }

  of(cell: Cell): CellTime {
    const seconds = cell.kind === "train" ? this.#trainings(cell) : this.#evaluations(cell);
    return seconds.length > 0
      ? { seconds: mean(seconds), isMeasured: true }
      : {
          seconds: assumed.startSeconds + (cell.kind === "train" ? this.#assumedTraining(cell) : assumedEvaluation(cell)),
          isMeasured: false,
        };
  }

  #trainings({ student }: Cell): number[] {
    return this.#done.flatMap(({ cell, file }) =>
      cell.kind === "train" && cell.student.name === student.name && file?.train !== undefined ? [file.train.seconds] : [],
    );
  }

  #evaluations(asked: Cell & { readonly kind: "evaluate" }): number[] {
    const { on, limit } = asked.benchmark;
    return this.#done.flatMap(({ cell, file }) => {
      const record = file?.evaluate?.benchmark;
      const isSame = cell.kind === "evaluate" && cell.benchmark.on === on && cell.student.name === asked.student.name;
      if (!isSame || record === undefined || record.items === 0) return [];
      return [(record.seconds / record.items) * Math.min(limit ?? record.of, record.of)];
    });
  }

  #assumedTraining(cell: Cell): number {
    const { epochs = assumed.epochs } = this.#experiment.train;
    const tokens = rowsOf(runOf(cell)) * epochs * assumed.tokensOfRow;
    return (6 * parametersOf(cell.student.model) * tokens) / assumed.trainSpeed;
  }
}

export function cellsOf(subjects: readonly PlannedSubject[]): Planned<Cell>[] {
  return subjects.flatMap(({ training, evaluations }): Planned<Cell>[] => [...(training === undefined ? [] : [training]), ...evaluations]);
}

function assumedEvaluation({ benchmark: { on, limit }, student }: Cell & { readonly kind: "evaluate" }): number {
  const of = knownItems[on] ?? assumed.items;
  const secondsOfToken = (2 * parametersOf(student.model)) / assumed.readSpeed;
  return Math.min(limit ?? of, of) * assumed.answerTokens * secondsOfToken;
}

/** Rows of a run's dataset, which are its lines. */
function rowsOf(run: string | undefined): number {
  const { dataset } = runFiles(run ?? "");
  return existsSync(dataset) ? readFileSync(dataset).reduce((lines, byte) => lines + Number(byte === 0x0a), 0) : 0;
}

/** Parameters of a model, from the size of its weights at two bytes each. */
function parametersOf(model: string): number {
  if (!existsSync(model)) return assumed.parameters;
  const files = statSync(model).isDirectory() ? readdirSync(model).map((name) => join(model, name)) : [model];
  const weights = files.filter((file) => /\.(?:safetensors|bin|gguf)$/.test(file));
  return sum(weights.map((file) => statSync(file).size)) / 2 || assumed.parameters;
}
