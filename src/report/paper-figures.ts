import type { StandardTag } from "../records/system-message/phrase.ts";

/**
 * What the SysGen paper reports of its own data (arXiv 2502.11330), to look at beside a run's
 * figures. The paper's rows are others, and its tokenizers are unknown.
 */
export interface PaperFigures {
  readonly model: string;
  /**
   * Share of all rows that are left after the filter and after the judge. Undefined if the paper
   * has no figure.
   */
  readonly kept: { readonly filter: number; readonly verify: number };
  /** A' against A. The paper's scale for ROUGE, GLEU and BERTScore is 0 to 100. */
  readonly rouge1: number;
  readonly rouge2: number;
  readonly rougeL: number;
  readonly gleu: number;
  readonly bertScore: number;
  /** Average length of A' over average length of A. */
  readonly lengthRatio: number;
  /**
   * Share of Content phrases that the paper's judge removed, as the least and the most of its sets.
   */
  readonly contentRemoved: readonly [number, number];
  /** Share of responses A' that a judge found to follow the system message. */
  readonly aligned: number;
}

export const paperFigures: readonly PaperFigures[] = [
  {
    model: "LLaMA-3.1-8B-Instruct",
    kept: { filter: 0.747, verify: 0.727 },
    rouge1: 33.3,
    rouge2: 15.6,
    rougeL: 23.1,
    gleu: 28.2,
    bertScore: 81.3,
    lengthRatio: 1.35,
    contentRemoved: [0.37, 0.39],
    aligned: 0.83,
  },
  {
    model: "Qwen2.5-14B-Instruct",
    kept: { filter: 0.999, verify: 0.962 },
    rouge1: 44.9,
    rouge2: 23.2,
    rougeL: 30.7,
    gleu: 39.2,
    bertScore: 85.9,
    lengthRatio: 1.55,
    contentRemoved: [0.54, 0.74],
    aligned: 0.81,
  },
  {
    model: "Phi-4",
    kept: { filter: 0.96, verify: 0.959 },
    rouge1: 51.9,
    rouge2: 32.3,
    rougeL: 41.1,
    gleu: 37.2,
    bertScore: 86.1,
    lengthRatio: 1.89,
    contentRemoved: [0.1, 0.15],
    aligned: 0.91,
  },
];

/** Share of the paper's LLaMA rows that have the tag. */
export const paperTagShares: Readonly<Record<StandardTag, number>> = {
  Role: 0.98,
  Content: 0.99,
  Task: 0.99,
  Action: 0.84,
  Style: 0.48,
  Background: 0.5,
  Tool: 0.017,
  Format: 0.56,
};

/**
 * How often a judge (GPT-4o) preferred A' to A, as the least and the most of 15 cells of model and
 * data set (the paper's figure 3).
 */
export const paperPreference = { least: 0.445, most: 0.803, cells: 15 };
