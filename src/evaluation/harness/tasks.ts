import type { Figure } from "../benchmarks/benchmark.ts";

/** A figure of a task, and where lm-evaluation-harness writes it. */
export interface HarnessFigure extends Pick<Figure, "name" | "title"> {
  /** Key in the task's results, such as `acc_norm,none`. It is a metric and a filter. */
  readonly key: string;
}

/** A benchmark that lm-evaluation-harness runs. */
export interface HarnessTask {
  /** What `--on` takes. */
  readonly name: string;
  readonly title: string;
  /** Paper of the benchmark. */
  readonly source: string;
  /** Task or group of lm-evaluation-harness 0.4.13. */
  readonly task: string;
  /**
   * `choices` compares the log-probabilities of the answers that are offered. `text` reads an
   * answer that the model writes. There the model is asked through its chat template, if it has
   * one.
   */
  readonly answers: "choices" | "text";
  /** Worked examples before the question, where the user says nothing. */
  readonly shots: number;
  /** The main figure first. */
  readonly figures: readonly [HarnessFigure, ...HarnessFigure[]];
  /** The dataset on the Hugging Face hub. */
  readonly dataset: string;
  /** The benchmark on the same questions for a server that gives no log-probabilities. */
  readonly substitute?: string;
  /** Whether the task is defined without examples, and takes none. */
  readonly isZeroShot?: true;
  /** Whether the seed decides the order of an item's choices. */
  readonly isShuffled?: true;
  /** Modules and data of Python that this task alone needs. */
  readonly needs?: readonly ("langdetect" | "immutabledict" | "nltk" | "punkt_tab")[];
}

const accuracy: HarnessFigure = { name: "accuracy", title: "Accuracy", key: "acc,none" };
/** The choice with the highest log-probability per byte. */
const normalized: HarnessFigure = { name: "accuracy-norm", title: "Accuracy, by length", key: "acc_norm,none" };
const exactMatch = (filter: string): HarnessFigure => ({ name: "exact-match", title: "Exact match", key: `exact_match,${filter}` });

/**
 * The eight benchmarks of the paper (https://arxiv.org/abs/2502.11330, table 3) in its order. The
 * paper names neither tasks nor numbers of examples. Those of MMLU, ARC and HellaSwag are the first
 * Open LLM Leaderboard's, those of MMLU-Pro, GPQA, IFEval and BBH the second's.
 */
export const harnessTasks: readonly HarnessTask[] = [
  {
    name: "mmlu",
    title: "MMLU",
    source: "https://arxiv.org/abs/2009.03300",
    task: "mmlu",
    answers: "choices",
    shots: 5,
    figures: [accuracy],
    dataset: "cais/mmlu",
    substitute: "mmlu-generative",
  },
  {
    name: "mmlu-pro",
    title: "MMLU-Pro",
    source: "https://arxiv.org/abs/2406.01574",
    task: "mmlu_pro",
    answers: "text",
    shots: 5,
    figures: [exactMatch("custom-extract")],
    dataset: "TIGER-Lab/MMLU-Pro",
  },
  {
    name: "arc-challenge",
    title: "ARC-Challenge",
    source: "https://arxiv.org/abs/1803.05457",
    task: "arc_challenge",
    answers: "choices",
    shots: 25,
    figures: [normalized, accuracy],
    dataset: "allenai/ai2_arc",
    substitute: "arc-challenge-chat",
  },
  {
    name: "gpqa",
    title: "GPQA",
    source: "https://arxiv.org/abs/2311.12022",
    task: "gpqa_main_zeroshot",
    answers: "choices",
    shots: 0,
    isZeroShot: true,
    figures: [normalized, accuracy],
    dataset: "Idavidrein/gpqa",
    isShuffled: true,
    substitute: "gpqa-cot",
  },
  {
    name: "hellaswag",
    title: "HellaSwag",
    source: "https://arxiv.org/abs/1905.07830",
    task: "hellaswag",
    answers: "choices",
    shots: 10,
    figures: [normalized, accuracy],
    dataset: "Rowan/hellaswag",
  },
  {
    name: "ifeval-harness",
    title: "IFEval (harness)",
    source: "https://arxiv.org/abs/2311.07911",
    task: "ifeval",
    answers: "text",
    shots: 0,
    isZeroShot: true,
    figures: [
      { name: "prompt-strict", title: "Prompts, strict", key: "prompt_level_strict_acc,none" },
      { name: "instruction-strict", title: "Instructions, strict", key: "inst_level_strict_acc,none" },
      { name: "prompt-loose", title: "Prompts, loose", key: "prompt_level_loose_acc,none" },
      { name: "instruction-loose", title: "Instructions, loose", key: "inst_level_loose_acc,none" },
    ],
    dataset: "google/IFEval",
    needs: ["langdetect", "immutabledict", "nltk", "punkt_tab"],
  },
  {
    name: "mathqa",
    title: "MathQA",
    source: "https://arxiv.org/abs/1905.13319",
    task: "mathqa",
    answers: "choices",
    shots: 0,
    figures: [normalized, accuracy],
    dataset: "regisss/math_qa",
  },
  {
    name: "bbh",
    title: "BIG-Bench Hard",
    source: "https://arxiv.org/abs/2210.09261",
    task: "bbh",
    answers: "text",
    shots: 3,
    figures: [exactMatch("get-answer")],
    dataset: "SaylorTwift/bbh",
  },
];

/** What a chat endpoint can answer in place of a benchmark of choices. Not comparable with it. */
export const harnessSubstitutes: readonly HarnessTask[] = [
  {
    name: "mmlu-generative",
    title: "MMLU, written answers",
    source: "https://arxiv.org/abs/2009.03300",
    task: "mmlu_generative",
    answers: "text",
    shots: 5,
    figures: [exactMatch("get_response")],
    dataset: "cais/mmlu",
  },
  {
    name: "arc-challenge-chat",
    title: "ARC-Challenge, written answers",
    source: "https://arxiv.org/abs/1803.05457",
    task: "arc_challenge_chat",
    answers: "text",
    shots: 0,
    isZeroShot: true,
    figures: [exactMatch("remove_whitespace")],
    dataset: "allenai/ai2_arc",
  },
  {
    name: "gpqa-cot",
    title: "GPQA, written answers",
    source: "https://arxiv.org/abs/2311.12022",
    task: "gpqa_main_cot_zeroshot",
    answers: "text",
    shots: 0,
    isZeroShot: true,
    figures: [exactMatch("flexible-extract")],
    dataset: "Idavidrein/gpqa",
    isShuffled: true,
  },
];

/** The harness's benchmark of a name. */
export function harnessTaskOf(name: string): HarnessTask | undefined {
  return [...harnessTasks, ...harnessSubstitutes].find((task) => task.name === name);
}
