import { gateCures } from "../phases/respond.ts";
import { counted, percent, thousands } from "../texts/number-text.ts";
import type { RowCounts } from "./counts.ts";
import type { Counts, Tally } from "./tally.ts";

/** A figure of a run that is bad, and what a person can do about it. Both are sentences. */
export interface Hint {
  readonly what: string;
  readonly cure: string;
}

/** Shares from which on a figure is bad. */
const badShares = { originalKept: 0.1, judgedBad: 0.4, otherLanguage: 0.1, copied: 0.05 } as const;

/**
 * What is bad in what a run holds, by rule, the worst first. The judge's own warnings are in
 * `RunJudge`.
 */
export function hintsOf(rows: RowCounts, tally: Tally): Hint[] {
  return [keptHint(rows, tally), judgeHint(tally), languageHint(tally), copiedHint(tally)].filter((hint) => hint !== undefined);
}

function keptHint({ done, originalKept }: RowCounts, { keptBy }: Tally): Hint | undefined {
  if (originalKept <= badShares.originalKept * done) return undefined;
  const gates = Object.entries(keptBy).toSorted(([, a], [, b]) => b - a);
  const caught = gates.length === 0 ? "" : ` Why: ${gates.map(([gate, count]) => `${gate} ${thousands(count)}`).join(", ")}.`;
  const [worst = ""] = gates.map(([gate]) => gate);
  const cure = gateCures[worst];
  return {
    what: `${counted(originalKept, "row")} of ${thousands(done)} (${percent(originalKept, done)}) ${originalKept === 1 ? "keeps" : "keep"} the input's response, which was not written under the system message, and export leaves ${originalKept === 1 ? "it" : "them"} out.${caught}`,
    cure: `${cure === undefined ? "Look at some in sysgen view" : `For ${worst}, ${cure}`}; then try these rows anew in a new run directory.`,
  };
}

function judgeHint({ verdicts }: Tally): Hint | undefined {
  const judged = sum(verdicts);
  const bad = judged - (verdicts["good"] ?? 0) - (verdicts["weak"] ?? 0);
  if (bad <= badShares.judgedBad * judged) return undefined;
  return {
    what: `The judge removed ${percent(bad, judged)} of ${counted(judged, "phrase")}.`,
    cure: "Read some of them in sysgen view: if they are bad, take a larger generator (--model), and if they are good, a larger judge (--judge-model).",
  };
}

function languageHint({ verdicts, faults }: Tally): Hint | undefined {
  const written = sum(verdicts) + sum(faults);
  const foreign = faults["other-language"] ?? 0;
  if (foreign <= badShares.otherLanguage * written) return undefined;
  return {
    what: `${percent(foreign, written)} of the phrases were written in another language than their row's, and are removed.`,
    cure: "Take a generator that speaks the rows' language.",
  };
}

function copiedHint({ verdicts, faults }: Tally): Hint | undefined {
  const written = sum(verdicts) + sum(faults);
  const copied = faults["copies-demonstration"] ?? 0;
  if (copied <= badShares.copied * written) return undefined;
  return {
    what: `${percent(copied, written)} of the phrases copied a demonstration of the prompt, and are removed.`,
    cure: "Take a larger generator, which follows demonstrations without copying them.",
  };
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
