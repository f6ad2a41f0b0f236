import type { Tag } from "../../records/system-message/phrase.ts";

/*
 * Figures of the paper (arXiv 2502.11330), for comparison. They are of 806,796 rows of five sets (Capybara, Airoboros 3.1, OrcaMath,
 * Magicoder, MetaMathQA; 88% mathematics or code), one model a column, which also judged its own phrases.
 */

/** Share of rows with each tag, LLaMA-3.1-8B. */
export const paperTagShare: Readonly<Record<Tag, number>> = {
  Role: 0.98,
  Content: 0.99,
  Task: 0.99,
  Action: 0.84,
  Style: 0.48,
  Background: 0.5,
  Tool: 0.017,
  Format: 0.56,
};

/** The models of the paper, in the order of the columns below. */
export const paperModels = ["LLaMA-3.1-8B", "Qwen2.5-14B", "Phi-4"] as const;

type Three = readonly [llama: string, qwen: string, phi: string];

export const paperFigures = {
  keptAfterFilter: ["74.7%", "99.9%", "96.0%"],
  keptAfterVerify: ["72.7%", "96.2%", "95.9%"],
  contentRemoved: ["37–39%", "54–74%", "10–15%"],
  rouge1: ["33.3", "44.9", "51.9"],
  rouge2: ["15.6", "23.2", "32.3"],
  rougeL: ["23.1", "30.7", "41.1"],
  gleu: ["28.2", "39.2", "37.2"],
  bertScore: ["81.3", "85.9", "86.1"],
  lengthRatio: ["1.35", "1.55", "1.89"],
  aligned: ["83%", "81%", "91%"],
} as const satisfies Readonly<Record<string, Three>>;

/** Preference for A' over A: the range over 15 cells of model and data set. */
export const paperPreference = "44.5–80.3%";
