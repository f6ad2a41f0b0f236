import { phases } from "../phases/index.ts";
import { gateCures } from "../phases/respond.ts";
import { notTried } from "../records/outcome.ts";
import { counted, percent, thousands } from "../texts/number-text.ts";
import type { RowCounts, RunCounts } from "./counts.ts";
import { nothingAnew, type Counts, type Tally } from "./tally.ts";

/** A figure of a run that is bad, and what a person can do about it. Both are sentences. */
export interface Hint {
  readonly what: string;
  readonly cure: string;
}

/** Shares from which on a figure is bad. */
const badShares = {
  failed: 0.1,
  dropped: 0.1,
  originalKept: 0.1,
  judgedBad: 0.4,
  otherLanguage: 0.1,
  copied: 0.05,
  askedAgain: 0.5,
} as const;

/** What a run holds and lacks, and why. */
type Counted = Pick<RunCounts, "rows" | "rejected">;

/**
 * What is bad in what a run holds, by rule, the worst first. The judge's own warnings are in
 * `RunJudge`.
 */
export function hintsOf(counts: Counted, tally: Tally): Hint[] {
  const { rows } = counts;
  return [
    failedHint(counts),
    ...droppedHints(counts),
    keptHint(rows, tally),
    judgeHint(tally),
    languageHint(tally),
    copiedHint(tally),
    askedAgainHint(rows, tally),
  ].filter((hint) => hint !== undefined);
}

/** What to do by the kind of error that most rows failed with. */
const failureCures: Readonly<Record<string, string>> = {
  "rate-limit": "Set --requests-per-minute or --tokens-per-minute, or lower --concurrency, and run the same command again.",
  timeout: "Raise --timeout or lower --concurrency, and run the same command again.",
  connection: "See whether the server is up, and run the same command again.",
  server: "See what the server's own log says, and run the same command again.",
};

function failedHint({ rows, rejected }: Counted): Hint | undefined {
  if (rows.failed <= badShares.failed * rows.in) return undefined;
  const kinds: Record<string, number> = {};
  for (const { outcome, reason, rows: count } of rejected)
    if (outcome === "failed" && reason !== null) kinds[reason] = (kinds[reason] ?? 0) + count;
  const sorted = byCount(kinds);
  const worst = sorted.find(([kind]) => kind !== notTried)?.[0] ?? "";
  return {
    what: `${shareOf(rows.failed, rows.in)} failed: ${sorted.map(([kind, count]) => (kind === notTried ? `not tried ${thousands(count)}` : `${kind} ${thousands(count)}`)).join(", ")}.`,
    cure: failureCures[worst] ?? "Mend what rejected.jsonl says, and run the same command again, which tries just these.",
  };
}

const reasonsInWords: Readonly<Record<string, string>> = {
  ...Object.fromEntries(phases.flatMap(({ reasons }) => Object.entries(reasons))),
  "too-long": "no room for it in the model's context",
  "has-system-message": "a system message is there already",
};

const largerModel =
  "Read some of them in sysgen view: if the phrases are bad, take a larger generator (--model), and if they are good, a larger judge (--judge-model).";
/** What to do by the reason for which rows are dropped. */
const dropCures: Readonly<Record<string, string>> = {
  "no-phrase-left":
    "Read some of them in sysgen view, and take a larger generator (--model), or hold its replies to a form, where the server can (--constrain).",
  "no-good-phrase": largerModel,
  "foreign-message": largerModel,
  "verdict-unparsed": "Take a larger judge (--judge-model), or hold its answers to a form, where the server can (--constrain).",
  "too-long": "Serve the model with a longer context. For a model in process, raise contextSize in the config file.",
  "has-system-message": "Write new ones with --existing-system replace.",
  ...Object.fromEntries(
    Object.entries(gateCures).map(([gate, cure]) => [`gate-${gate}`, `${cure.charAt(0).toUpperCase()}${cure.slice(1)}.`]),
  ),
};

function droppedHints({ rows, rejected }: Counted): Hint[] {
  const reasons: Record<string, number> = {};
  for (const { outcome, reason, rows: count } of rejected)
    if (outcome === "dropped" && reason !== null) reasons[reason] = (reasons[reason] ?? 0) + count;
  return byCount(reasons).flatMap(([reason, count]) => {
    const cure = dropCures[reason];
    if (cure === undefined || count <= badShares.dropped * rows.in) return [];
    return {
      what: `${shareOf(count, rows.in)} ${count === 1 ? "was" : "were"} dropped (${reason}): ${reasonsInWords[reason] ?? reason}.`,
      cure,
    };
  });
}

function keptHint({ done, originalKept }: RowCounts, { keptBy }: Tally): Hint | undefined {
  if (originalKept <= badShares.originalKept * done) return undefined;
  const gates = byCount(keptBy);
  const caught = gates.length === 0 ? "" : ` Why: ${gates.map(([gate, count]) => `${gate} ${thousands(count)}`).join(", ")}.`;
  const [worst = ""] = gates.map(([gate]) => gate);
  const cure = gateCures[worst];
  return {
    what: `${shareOf(originalKept, done)} ${originalKept === 1 ? "keeps" : "keep"} the input's response, which was not written under the system message, and export leaves ${originalKept === 1 ? "it" : "them"} out.${caught}`,
    cure:
      worst === nothingAnew
        ? "If they are to be trained on as they are, export them too (--kept-original include)."
        : `${cure === undefined ? "Look at some in sysgen view" : `For ${worst}, ${cure}`}; then try these rows anew in a new run directory.`,
  };
}

function judgeHint({ verdicts }: Tally): Hint | undefined {
  const judged = sum(verdicts);
  const bad = judged - (verdicts["good"] ?? 0) - (verdicts["weak"] ?? 0);
  if (bad <= badShares.judgedBad * judged) return undefined;
  return {
    what: `The judge removed ${percent(bad, judged)} of ${counted(judged, "phrase")}.`,
    cure: largerModel,
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

function askedAgainHint({ done, originalKept }: RowCounts, { gates }: Tally): Hint | undefined {
  // Rows that keep an original say the same more plainly.
  if (originalKept > badShares.originalKept * done) return undefined;
  const again = Object.entries(gateCures).map(([gate]) => [gate, gates[`${gate}: retried`] ?? 0] as const);
  const [[gate, count] = ["", 0]] = again.toSorted(([, a], [, b]) => b - a);
  if (count <= badShares.askedAgain * done) return undefined;
  return {
    what: `The gate ${gate} had ${counted(count, "response")} written again, in ${counted(done, "row")}, and each costs a call.`,
    cure: `To have fewer of them, ${gateCures[gate]}.`,
  };
}

/** `3 rows of 40 (7.5%)`. */
function shareOf(rows: number, all: number): string {
  return `${counted(rows, "row")} of ${thousands(all)} (${percent(rows, all)})`;
}

function byCount(counts: Counts): [string, number][] {
  return Object.entries(counts).toSorted(([, a], [, b]) => b - a);
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
