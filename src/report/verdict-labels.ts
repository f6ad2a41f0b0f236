import type { VerdictCounts } from "../analysis/report.ts";

/** The judge's labels in the order in which they stand in tables and bars. */
export const labels = ["good", "weak", "bad", "none", "unparsed"] as const;
export const labelNames = { good: "Good", weak: "Weak", bad: "Bad", none: "None", unparsed: "Unparsed" } as const;

/** How many phrases came to the judge. */
export function judgedPhrases(verdicts: VerdictCounts): number {
  return labels.reduce((sum, label) => sum + verdicts[label], 0);
}
