import { bootstrap, drawsFor, ratio, type Estimate } from "../../statistics/bootstrap.ts";
import { wilson } from "../../statistics/wilson.ts";
import type { CheckedBenchmark, ItemScore } from "../benchmark.ts";
import { follow } from "./follow.ts";
import type { IfevalItem } from "./items.ts";

export interface ScoredInstruction {
  readonly id: string;
  readonly strict: boolean;
  readonly loose: boolean;
}

/** `strict` and `loose` tell whether all instructions of the prompt are followed. */
export interface IfevalScore extends ItemScore {
  readonly strict: boolean;
  readonly loose: boolean;
  readonly instructions: readonly ScoredInstruction[];
}

/** How often one instruction was followed, with Wilson's intervals. */
export interface InstructionShares {
  readonly instructions: number;
  readonly strict: Estimate;
  readonly loose: Estimate;
}

/**
 * The four accuracies of IFEval (arXiv 2311.07911). Intervals are of a bootstrap over prompts, so
 * that the instructions of a prompt stay together. An accuracy is null without prompts.
 */
export interface IfevalSummary {
  readonly prompts: number;
  readonly instructions: number;
  readonly promptStrict: Estimate;
  readonly instructionStrict: Estimate;
  readonly promptLoose: Estimate;
  readonly instructionLoose: Estimate;
  /** By instruction, in the order of their ids. */
  readonly byInstruction: Readonly<Record<string, InstructionShares>>;
}

const seed = 0;

/** IFEval or S-IFEval as a benchmark over its items. */
export function ifevalBenchmark(name: string, items: readonly IfevalItem[]): CheckedBenchmark<IfevalItem, IfevalScore, IfevalSummary> {
  return { name, items, score: scoreResponse, summarize };
}

/** Scores a response. */
export function scoreResponse({ id, instructions }: IfevalItem, response: string): IfevalScore {
  const { strict, loose } = follow(response, instructions);
  return {
    id,
    strict: !strict.includes(false),
    loose: !loose.includes(false),
    instructions: instructions.map((instruction, index) => ({
      id: instruction.id,
      strict: strict[index] === true,
      loose: loose[index] === true,
    })),
  };
}

function summarize(scores: readonly IfevalScore[]): IfevalSummary {
  const each = scores.flatMap(({ instructions }) => instructions);
  const one = scores.map(() => 1);
  const counts = scores.map(({ instructions }) => instructions.length);
  const followed = (kind: "strict" | "loose"): number[] => scores.map(({ instructions }) => countOf(instructions, kind));
  const [promptStrict = null, instructionStrict = null, promptLoose = null, instructionLoose = null] = bootstrap(
    { rows: scores.length, draws: drawsFor(scores.length), seed },
    [
      ratio(
        scores.map(({ strict }) => Number(strict)),
        one,
      ),
      ratio(followed("strict"), counts),
      ratio(
        scores.map(({ loose }) => Number(loose)),
        one,
      ),
      ratio(followed("loose"), counts),
    ],
  );
  const ids = [...new Set(each.map(({ id }) => id))].toSorted();
  return {
    prompts: scores.length,
    instructions: each.length,
    promptStrict,
    instructionStrict,
    promptLoose,
    instructionLoose,
    byInstruction: Object.fromEntries(ids.map((id) => [id, sharesOf(each.filter((scored) => scored.id === id))])),
  };
}

function sharesOf(scored: readonly ScoredInstruction[]): InstructionShares {
  return {
    instructions: scored.length,
    strict: wilson(countOf(scored, "strict"), scored.length),
    loose: wilson(countOf(scored, "loose"), scored.length),
  };
}

function countOf(scored: readonly ScoredInstruction[], kind: "strict" | "loose"): number {
  return scored.filter((instruction) => instruction[kind]).length;
}
