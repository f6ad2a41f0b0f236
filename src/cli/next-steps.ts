import type { EvaluateSummary } from "../evaluation/evaluate.ts";
import { hasFailedItems } from "../evaluation/failed-items.ts";
import type { JudgeSummary } from "../evaluation/judge/judge-run.ts";
import type { JudgeFigures } from "../evaluation/judge/result.ts";
import { redact } from "../secrets.ts";
import type { RunSummary } from "../runs/summary.ts";
import { section } from "./section.ts";
import { unbroken } from "./wrap-text.ts";

// What a person may do next, after each command. It is shown to people alone, so not with --json,
// and not with --quiet.

/** A command that a person may want to give next, and what it is for. */
export interface NextStep {
  readonly what: string;
  /** As it is typed. */
  readonly command: string;
}

/** Renders commands so that each can be copied. Empty where there are none. */
export function renderNextSteps(steps: readonly NextStep[]): string {
  return section(
    "next",
    steps.map(({ what, command }) => [what, unbroken(redact(command))]),
  );
}

export interface EndedRun extends Pick<RunSummary, "state" | "rows" | "waiting"> {
  readonly folder: string;
  /** The servers of its judge. */
  readonly baseUrls: readonly string[];
}

/** @param given The arguments of this command, the command's name first. */
export function stepsAfterRun({ state, rows, waiting, folder: run, baseUrls }: EndedRun, given: readonly string[]): NextStep[] {
  if (state === "stopped" && waiting !== undefined) return [goOn(given), { what: "what is open", command: commandOf(["batches", run]) }];
  if (state === "interrupted") return [goOn(given)];
  if (state === "stopped") return [goOnWithMore(given), ...(rows.done > 0 ? [look(run)] : [])];
  return [
    ...(rows.failed > 0 ? [{ ...goOn(given), what: "try the failed rows again" }] : []),
    ...(rows.in > 0 ? [look(run)] : []),
    ...(rows.writtenAnew > 0 ? [write(run), judge(run, baseUrls)] : []),
  ];
}

/** After one shard of a run. */
export function stepsAfterShard(run: string): NextStep[] {
  return [
    { what: "see how far all shards are", command: commandOf(["status", run]) },
    { what: "put them together", command: commandOf(["merge", run]) },
  ];
}

/** What the shards have not paid, in a plan whose shards are closed. */
export const payFor = (run: string): NextStep => ({ what: "pay for the rest", command: commandOf(["merge", run, "--pay"]) });

/** @param start The command that starts the shards. */
export function stepsAfterPlan(run: string, start: string): NextStep[] {
  return [{ what: "start them", command: start }, ...stepsAfterShard(run)];
}

/** After the state of a run, which may be at work. */
export function stepsAfterStatus(run: string): NextStep[] {
  return [look(run)];
}

/** @param given As in `stepsAfterRun`. Its `--limit` says how many rows are previewed. */
export function stepsAfterPreview(given: readonly string[]): NextStep[] {
  return [{ what: "run it", command: commandOf(["run", ...withoutOption(given.slice(1), "--limit")]) }];
}

/** @param config Path of the config file that was written. */
export function stepsAfterInit(config: string): NextStep[] {
  const given = (name: string): string => commandOf([name, "--config", config]);
  return [
    { what: "look at three rows first", command: given("preview") },
    { what: "see what it will use", command: given("estimate") },
    { what: "run it", command: given("run") },
  ];
}

/** @param report Path of report.html. */
export function stepsAfterAnalyze(run: string, report: string, isJudged: boolean): NextStep[] {
  return [{ what: "read the report", command: quoted(report) }, isJudged ? look(run) : judge(run, [])];
}

interface EndedJudging extends Pick<JudgeSummary, "state" | "waiting"> {
  readonly judges: readonly { readonly rows: Pick<JudgeFigures["rows"], "failed"> }[];
  readonly run: string;
}

export function stepsAfterJudge({ state, waiting, judges, run }: EndedJudging, given: readonly string[]): NextStep[] {
  if (state === "stopped" && waiting !== undefined) return [goOn(given), { what: "what is open", command: commandOf(["batches", run]) }];
  if (state === "interrupted") return [goOn(given)];
  if (state === "stopped") return [goOnWithMore(given)];
  return [
    ...(judges.some(({ rows }) => rows.failed > 0) ? [{ ...goOn(given), what: "ask for the failed rows again" }] : []),
    { what: "see it in the report", command: commandOf(["analyze", run]) },
    look(run),
  ];
}

export function stepsAfterEvaluate(
  { state, on, benchmarks }: Pick<EvaluateSummary, "state" | "on" | "benchmarks">,
  given: readonly string[],
): NextStep[] {
  if (state === "interrupted") return [goOn(given)];
  if (state === "stopped") return [goOnWithMore(given)];
  const records = on.flatMap((name) => benchmarks[name] ?? []);
  if (records.some(hasFailedItems)) return [{ ...goOn(given), what: "ask what failed again" }];
  const isPartial = records.some((record) => record.state === "partial");
  return isPartial ? [{ what: "ask all items", command: commandOf(withoutOption(given, "--limit")) }] : [];
}

/**
 * @param to Where the rows were written.
 * @param trainer The trainer whose files are beside them, or `hub`.
 */
export function stepsAfterExport(run: string, to: string, trainer: string | undefined): NextStep[] {
  if (trainer === undefined)
    return [{ what: "a trainer's files too", command: commandOf(["export", run, "--for", "trl", "--to", `${folderOf(to)}-trl`]) }];
  if (trainer === "hub") return [{ what: "publish it", command: `${commandOf(["push", run])} <owner>/<name>` }];
  return [{ what: "train: the command is in", command: quoted(`${to.replace(/\/+$/, "")}/README.md`) }];
}

const look = (run: string): NextStep => ({ what: "look at the rows", command: commandOf(["view", run]) });
const write = (run: string): NextStep => ({ what: "write training data", command: commandOf(["export", run, "--to", "train.jsonl"]) });
const judge = (run: string, baseUrls: readonly string[]): NextStep => ({
  what: "have it judged",
  command: `${commandOf(["judge", run, ...baseUrls.flatMap((url) => ["--judge-base-url", url])])} --judge-model <name>`,
});
const goOn = (given: readonly string[]): NextStep => ({ what: "go on", command: commandOf(given) });

const budgets = new Set(["--max-calls", "--max-tokens", "--max-cost"]);

/** The same command with twice the budget. */
function goOnWithMore(given: readonly string[]): NextStep {
  const isBudget = (index: number): boolean => budgets.has(given[index] ?? "");
  const doubled = given.map((word, index) => {
    if (isBudget(index - 1)) return String(2 * Number(word));
    const [name = "", value] = word.split("=", 2);
    return budgets.has(name) && value !== undefined ? `${name}=${2 * Number(value)}` : word;
  });
  const what = doubled.some((word, index) => word !== given[index]) ? "go on, with twice the budget" : "go on, with a larger budget";
  return { what, command: commandOf(doubled) };
}

function withoutOption(given: readonly string[], name: string): string[] {
  return given.filter((word, index) => word !== name && given[index - 1] !== name && !word.startsWith(`${name}=`));
}

/** The path without its ending. */
function folderOf(path: string): string {
  return path.replace(/\/+$/, "").replace(/(?:\.[a-z]+){1,2}$/i, "");
}

function commandOf(words: readonly string[]): string {
  return ["sysgen", ...words.map(quoted)].join(" ");
}

/** A word as a POSIX shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
