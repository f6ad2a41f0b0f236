import type { VariantName } from "../variants.ts";

/*
 * Results of the SysGen paper (arXiv 2502.11330) as printed, to look at beside an experiment's own.
 * Marks are from 1 to 5, all else is in percent. Table numbers are those of version 2 of the paper
 * where version 1 differs.
 */

/** The paper's students. Solar and Gemma learn from the data of Phi-4. */
type PaperStudent = "LLaMA-3.1-8B" | "Qwen2.5-14B" | "Phi-4" | "Solar-10.7B" | "Gemma-2-9b";

interface PaperRow {
  readonly student: PaperStudent;
  readonly variant: VariantName;
  readonly values: readonly number[];
}

const row = (student: PaperStudent, variant: VariantName, ...values: number[]): PaperRow => ({ student, variant, values });

/** Multifacet, by source group and their mean. The paper does not name its judge. */
export const paperMultifacet = {
  place: "table of Multifacet, section 6",
  columns: ["AlpacaEval", "FLASK", "Koala", "MT-Bench", "Self-Instruct", "mean"],
  rows: [
    row("LLaMA-3.1-8B", "base", 4.26, 3.82, 4.29, 4.15, 4.06, 4.12),
    row("LLaMA-3.1-8B", "s-a2", 4.38, 3.95, 4.41, 4.22, 4.11, 4.21),
    row("Qwen2.5-14B", "base", 4.37, 4.07, 4.37, 4.27, 4.21, 4.26),
    row("Qwen2.5-14B", "s-a2", 4.4, 4.11, 4.42, 4.22, 4.25, 4.28),
    row("Phi-4", "base", 4.53, 4.24, 4.51, 4.39, 4.4, 4.41),
    row("Phi-4", "s-a2", 4.62, 4.63, 4.52, 4.44, 4.49, 4.54),
    row("Solar-10.7B", "base", 3.3, 3.31, 3.09, 3.19, 3.08, 3.19),
    row("Solar-10.7B", "kd", 3.97, 3.73, 3.64, 3.98, 3.52, 3.76),
    row("Gemma-2-9b", "base", 4.1, 3.8, 4.26, 4.15, 3.92, 4.05),
    row("Gemma-2-9b", "kd", 4.4, 4.04, 4.3, 4.23, 4.18, 4.23),
  ],
} as const;

/** What the models are trained on. Values are Multifacet's mean and the mean of the eight. */
export const paperAblation = {
  place: "table 5 (version 1: table 6)",
  rows: [
    row("LLaMA-3.1-8B", "base", 4.12, 54.83),
    row("LLaMA-3.1-8B", "original", 3.98, 50.85),
    row("LLaMA-3.1-8B", "common", 3.89, 51.23),
    row("LLaMA-3.1-8B", "s-a", 4.09, 51.89),
    row("LLaMA-3.1-8B", "s-a2", 4.21, 54.02),
    row("Phi-4", "base", 4.41, 69.37),
    row("Phi-4", "original", 4.26, 66.33),
    row("Phi-4", "common", 4.23, 66.52),
    row("Phi-4", "s-a", 4.38, 66.12),
    row("Phi-4", "s-a2", 4.54, 68.08),
  ],
} as const;

/** The eight benchmarks that the system messages are not about, and their mean. */
export const paperUnseen = {
  place: "table of the unseen benchmarks, section 6",
  columns: ["mmlu", "mmlu-pro", "arc-challenge", "gpqa", "hellaswag", "ifeval-harness", "mathqa", "bbh"],
  rows: [
    row("LLaMA-3.1-8B", "base", 67.95, 40.87, 54.95, 34.6, 79.18, 50.71, 39.53, 70.85, 54.83),
    row("LLaMA-3.1-8B", "original", 65.34, 36.85, 54.18, 33.93, 77.98, 35.64, 40.03, 62.83, 50.85),
    row("LLaMA-3.1-8B", "s-a2", 66.89, 39.77, 54.55, 34.21, 78.89, 46.75, 42.11, 68.98, 54.02),
    row("Qwen2.5-14B", "base", 79.73, 51.22, 67.39, 45.51, 82.31, 79.83, 42.12, 78.25, 65.79),
    row("Qwen2.5-14B", "original", 75.87, 49.85, 66.89, 43.98, 80.99, 62.57, 43.28, 71.17, 61.82),
    row("Qwen2.5-14B", "s-a2", 78.92, 43.38, 66.82, 44.46, 80.98, 74.59, 43.23, 76.28, 63.58),
    row("Phi-4", "base", 84.56, 70.12, 68.26, 55.93, 84.42, 62.98, 48.87, 79.87, 69.37),
    row("Phi-4", "original", 80.27, 66.58, 66.27, 52.89, 83.39, 55.83, 49.98, 75.49, 66.33),
    row("Phi-4", "s-a2", 83.27, 68.77, 67.89, 55.18, 84.31, 57.87, 50.23, 77.12, 68.08),
    row("Solar-10.7B", "base", 63.28, 30.2, 63.99, 30.36, 86.35, 38.59, 36.38, 37.28, 48.31),
    row("Solar-10.7B", "original", 62.38, 29.12, 58.87, 29.17, 81.58, 31.27, 37.21, 32.85, 45.3),
    row("Solar-10.7B", "kd", 59.98, 29.26, 62.81, 30.25, 85.91, 34.58, 38.25, 35.97, 47.12),
    row("Gemma-2-9b", "base", 73.27, 32.78, 67.89, 31.05, 81.92, 74.78, 38.87, 41.98, 55.31),
    row("Gemma-2-9b", "original", 71.85, 31.67, 62.57, 30.51, 77.54, 69.25, 39.12, 37.25, 52.47),
    row("Gemma-2-9b", "kd", 72.19, 31.56, 66.75, 30.89, 81.53, 71.37, 40.27, 40.38, 54.37),
  ],
} as const;

/** Multifacet's mean with the system message as one, and at the start of the user's. */
export const paperRoles = {
  place: "table 7 of version 1",
  rows: [
    row("LLaMA-3.1-8B", "base", 4.12, 4.09),
    row("LLaMA-3.1-8B", "s-a2", 4.21, 4.13),
    row("Qwen2.5-14B", "base", 4.26, 4.13),
    row("Qwen2.5-14B", "s-a2", 4.28, 4.16),
    row("Phi-4", "base", 4.41, 4.26),
    row("Phi-4", "s-a2", 4.54, 4.38),
    row("Solar-10.7B", "base", 3.19, 2.98),
    row("Solar-10.7B", "kd", 3.76, 3.64),
  ],
} as const;

/**
 * SysBench, rounds 1 to 5. The figure is titled as differences of performance, so these are read as
 * gains over the base in points. The paper does not say which figure of SysBench they are of, and
 * the order of the models is inferred.
 */
export const paperSysbench = {
  place: "figure 4 of version 2",
  rows: [
    row("LLaMA-3.1-8B", "s-a2", 18.8, 20.8, 17.8, 7.9, 4),
    row("Qwen2.5-14B", "s-a2", 15.3, 22.7, 21.7, 12, 6),
    row("Phi-4", "s-a2", 18.4, 20.1, 15.2, 9.4, 6.2),
    row("Solar-10.7B", "kd", 26.7, 20.8, 5.9, 1, 1),
    row("Gemma-2-9b", "kd", 15.5, 21.8, 18.1, 8.6, 4.6),
  ],
} as const;
