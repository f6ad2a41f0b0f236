import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { probing } from "../pipeline/probing.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import { answersInWords, type AnswerCounts } from "../records/answers.ts";
import { countNotTried, type PhaseCalls, type RunCounts } from "../runs/counts.ts";
import { calibrationFigures } from "../phases/calibration-words.ts";
import type { Hint } from "../runs/hints.ts";
import type { Money } from "../runs/money.ts";
import type { RunJudge } from "../runs/run-judge.ts";
import type { RunSummary } from "../runs/summary.ts";
import { tagShareInWords, type TagShare } from "../runs/tag-shares.ts";
import { counted, dollars, duration, percent, thousands } from "../texts/number-text.ts";
import { renderDatasetLine } from "./row-text.ts";
import { section } from "./section.ts";
import { pc } from "./terminal.ts";

/**
 * Renders the end of a run for a terminal. It shows the rows in and out, why rows are missing, the
 * calls paid, counts of phrases, verdicts and gates, one example row, and where the files are.
 */
export function renderSummary(summary: RunSummary): string {
  const { rows, state, files } = summary;
  const headline = { finished: "Finished", interrupted: "Interrupted", stopped: "Stopped" }[state];
  const next = {
    finished: "",
    interrupted: "Run the same command again to go on.",
    stopped:
      summary.waiting === undefined
        ? `${summary.stoppedBy} Run the same command with a larger one to go on; nothing that was paid is paid again.`
        : `${summary.stoppedBy} ${counted(summary.waiting, "row")} wait for them.`,
  }[state];
  const parts = [
    `${pc.bold(headline)} in ${duration(summary.seconds)}.  ${renderRows(summary)}${next === "" ? "" : `\n${pc.yellow(next)}`}`,
    renderHints(summary.hints),
    renderCounts(summary),
    renderMoney(summary.money),
    section(
      "phrases by tag",
      Object.entries(summary.tags)
        .filter(([, { phrases }]) => phrases > 0)
        .map(([tag, { phrases, rows: withTag }]) => [tag, `${thousands(phrases)}  in ${percent(withTag, rows.done)} of rows`]),
    ),
    renderTagShares(summary.tagShares),
    counts("verdicts", summary.verdicts),
    renderJudge(summary.judge),
    counts("removed by the filter", summary.faults),
    counts("tags repaired", summary.repairs),
    counts("gates", summary.gates),
    renderAnswers(summary.answers),
    exampleOf(files.dataset),
    [
      `${pc.bold("dataset")}   ${files.dataset}  (${counted(rows.done, "row")})`,
      `${pc.bold("rejected")}  ${files.rejected}  (${counted(rows.dropped + rows.failed, "row")})`,
    ].join("\n"),
    rows.done === 0 && state === "finished" ? pc.yellow(nothingDone(summary)) : "",
    rows.failed > 0 && state === "finished"
      ? pc.yellow(`${counted(rows.failed, "row")} failed. Run the same command again to retry just these.`)
      : "",
  ];
  return `\n${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Renders what became of the rows of a run, as one sentence. */
export function renderRows({ rows, rejected }: Pick<RunCounts, "rows" | "rejected">): string {
  const { in: all, writtenAnew, originalKept, dropped, failed } = rows;
  if (all === 0) return "No row has ended";
  const notTried = countNotTried(rejected);
  const kept = `${thousands(originalKept)} with the original kept`;
  const parts = [
    pc.green(`${thousands(writtenAnew)} written anew`),
    originalKept > 0 ? pc.yellow(kept) : kept,
    `${thousands(dropped)} dropped`,
    failed > 0 ? pc.red(`${thousands(failed)} failed${notTried > 0 ? ` (${thousands(notTried)} of them not tried)` : ""}`) : "0 failed",
  ];
  return `${counted(all, "row")}: ${parts.join(", ")}`;
}

/** Renders wanted shares of tags and what came of them. Empty where none is wanted. */
export function renderTagShares(shares: readonly TagShare[] = []): string {
  return section(
    "wanted shares of tags",
    shares.map((of) => [of.tag, tagShareInWords(of)]),
  );
}

/** Renders what a run's calls cost. Empty where no price is known. */
export function renderMoney(money: Money | undefined): string {
  if (money === undefined) return "";
  const { spent, unpriced } = money;
  const others = unpriced.length === 0 ? "" : `, without the calls of ${unpriced.join(" and ")}, whose price is not known`;
  return `${pc.bold("spent")}  ${dollars({ value: spent, bar: 0 })} in the life of the run directory${others}`;
}

/** Renders what is bad in a run's data, and what to do about it. Empty where nothing is. */
export function renderHints(hints: readonly Hint[]): string {
  return hints.map(({ what, cure }) => `${pc.yellow(what)}\n  ${cure}`).join("\n");
}

/** Why a run left no row in its dataset. */
export function nothingDone({ rows, rejected, files }: Pick<RunSummary, "rows" | "rejected" | "files">): string {
  const [most] = rejected.toSorted((a, b) => b.rows - a.rows);
  if (most === undefined) return "The dataset is empty: the input held no rows.";
  return `The dataset is empty: ${thousands(most.rows)} of ${thousands(rows.in)} rows were ${most.outcome} in ${most.phase} (${most.reason}). ${files.rejected} says why for each row.`;
}

/**
 * Renders counts of phases, rejections, calls and servers. `sysgen status` shows them too.
 */
export function renderCounts({ rows, phases, rejected, calls, load }: RunCounts): string {
  const table = phases.map(({ phase, in: reached, out }): [string, string] => {
    const paid = calls.find((count) => count.phase === phase);
    const cost = paid ? `   ${renderPaid(paid)}` : "";
    const went =
      reached === 0
        ? rows.in === 0
          ? "no row has ended"
          : "no row"
        : `${thousands(reached)} in, ${thousands(out)} out (${percent(out, reached)})`;
    return [phase, `${went}${cost}`];
  });
  const reasons = rejected.map(({ outcome, phase, reason, rows: count }): [string, string] => [
    `${outcome} in ${phase}`,
    `${thousands(count)}  ${reason}`,
  ]);
  const others = calls.filter((paid) => !phases.some(({ phase }) => phase === paid.phase));
  const paidRows = (paid: typeof others) => paid.map((one): [string, string] => [one.phase, renderPaid(one)]);
  const probes = paidRows(others.filter(({ phase }) => phase === probing.name));
  const judging = paidRows(others.filter(({ phase }) => phase !== probing.name));
  return [
    section("phases", [...probes, ...table]),
    section("rows not in the dataset", reasons),
    section("judging", judging),
    section("servers, in the last session", load.map(renderLoad)),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/**
 * Renders how well the run's judge tells phrases apart, and what it did. Empty if no verdict was
 * calibrated.
 */
export function renderJudge(judge: RunJudge | undefined): string {
  if (judge === undefined) return "";
  const { calibration, weak, retagged, writtenAgain, warnings } = judge;
  const figures = section("judge", [
    ...calibrationFigures(calibration),
    ["weak", `${counted(weak, "phrase")} below the line, kept as the best of their message`],
    ["retagged", `${counted(retagged, "phrase")} that served another functionality`],
    ["written again", `${counted(writtenAgain, "row")}, whose message looked like another row's`],
  ]);
  return warnings.length === 0 ? figures : `${figures}\n${pc.yellow(warnings.map((line) => `  ${line}`).join("\n"))}`;
}

/** Renders how many final answers were compared. Empty if none was looked at. */
export function renderAnswers(answers: AnswerCounts): string {
  const words = answersInWords(answers);
  return words === "" ? "" : `${pc.bold("answers")}  ${words}`;
}

function renderPaid({ calls, inputTokens, outputTokens }: PhaseCalls): string {
  return `${counted(calls, "call")} paid, ${thousands(inputTokens)} + ${thousands(outputTokens)} tokens`;
}

const held: Readonly<Record<EndpointLoad["heldBy"], string>> = {
  rows: "no more were needed",
  ceiling: "the most allowed (--concurrency)",
  refusals: "because it refuses more (429, 503)",
  latency: "more would only wait",
  "rate-limit": "as its rate limit allows",
  "requests-per-minute": "as --requests-per-minute allows",
  "tokens-per-minute": "as --tokens-per-minute allows",
  circuit: "and it does not answer",
};

function renderLoad({ endpoint, model, limit, heldBy, requests, refused, failed }: EndpointLoad): [string, string] {
  const trouble = refused + failed > 0 ? `, ${percent(refused, requests)} refused, ${percent(failed, requests)} failed` : "";
  return [endpoint, `${model}: up to ${counted(limit, "call")} at once, ${held[heldBy]}; ${counted(requests, "request")}${trouble}`];
}

function counts(title: string, values: Readonly<Record<string, number>>): string {
  const entries = Object.entries(values).toSorted(([, a], [, b]) => b - a);
  return section(
    title,
    entries.map(([name, value]) => [name, thousands(value)]),
  );
}

function exampleOf(dataset: string): string {
  const line = firstLine(dataset);
  return line === undefined ? "" : `${pc.bold("one row of the dataset")}\n${renderDatasetLine(line)}`;
}

/** An example row of more bytes is not shown. */
const mostBytes = 1 << 20;

function firstLine(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(mostBytes);
    const length = readSync(file, bytes, 0, mostBytes, 0);
    const end = bytes.indexOf(0x0a);
    return length === 0 || end === -1 ? undefined : bytes.toString("utf8", 0, end);
  } finally {
    closeSync(file);
  }
}
