import type { EvaluateSummary } from "../evaluation/evaluate.ts";
import type { BenchmarkRecord } from "../evaluation/evaluate-record.ts";
import type { Figure } from "../evaluation/benchmarks/benchmark.ts";
import { counted, duration, percent, thousands } from "../texts/number-text.ts";
import { section } from "./section.ts";
import { pc } from "./terminal.ts";

/** More breakdowns than this are left to the file. */
const mostBreakdowns = 12;

/**
 * Renders an evaluation for a terminal. It shows the figures of each benchmark that the command was
 * to ask, with their intervals, and what is missing.
 */
export function renderEvaluation(summary: EvaluateSummary): string {
  const { state, on, benchmarks, model, judge, systemAs, out } = summary;
  const headline = { finished: "Evaluated", interrupted: "Interrupted", stopped: "Stopped" }[state];
  const next = {
    finished: "",
    interrupted: "Run the same command again to go on.",
    stopped: `${summary.stoppedBy ?? ""} Run the same command with a larger one to go on; nothing that was paid is paid again.`,
  }[state];
  const about = [
    `${model.name} (${model.kind})`,
    ...(judge === undefined ? [] : [`judged by ${judge}`]),
    ...(systemAs === "user" ? ["system message in the user's turn"] : []),
  ];
  const parts = [
    `${pc.bold(headline)} in ${duration(summary.seconds)}   ${about.join(", ")}${next === "" ? "" : `\n${pc.yellow(next)}`}`,
    ...on.map((name) => renderBenchmark(name, benchmarks[name])),
    `${pc.bold("figures")}  ${out}/evaluate.json\n${pc.bold("items")}    ${out}/<benchmark>/items.jsonl`,
    pc.dim("In brackets: 95% intervals over items."),
  ];
  return `\n${parts.join("\n\n")}\n`;
}

function renderBenchmark(name: string, record: BenchmarkRecord | undefined): string {
  if (record === undefined) return `${pc.bold(name)}   ${pc.yellow("not asked")}`;
  const { state, cause, items, of, figures, cut = 0, calls, tokens, cost } = record;
  const shown = figures.filter(({ name: figure }) => !figure.includes(":"));
  const breakdowns = figures.filter((figure) => !shown.includes(figure));
  const isLong = breakdowns.length > mostBreakdowns;
  const spent = cost === undefined ? "" : `, $${cost.toFixed(cost < 0.1 ? 4 : 2)}`;
  const used = tokens.prompt === 0 ? "" : `, ${thousands(tokens.prompt)} + ${thousands(tokens.completion)} tokens`;
  const head = `${name}   ${thousands(items)} of ${counted(of, "item")}${calls === 0 ? "" : `   ${counted(calls, "call")}${used}${spent}`}`;
  const warnings = [
    ...(state === "done" ? [] : [`  ${state}${cause === undefined ? "" : `: ${cause}`}`]),
    ...(cut === 0
      ? []
      : [
          `  ${counted(cut, "answer")} ended at the limit of tokens, and ${cut === 1 ? "is" : "are"} scored as ${cut === 1 ? "it is" : "they are"} (--max-output-tokens).`,
        ]),
  ];
  return [
    section(
      head,
      [...shown, ...(isLong ? [] : breakdowns)].map((figure) => [figure.title, valueText(figure)]),
    ),
    ...(isLong ? [pc.dim(`  ${thousands(breakdowns.length)} more by kind in evaluate.json`)] : []),
    ...warnings.map((warning) => pc.yellow(warning)),
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** A figure's value and interval, such as `41.2% [33.0%, 49.9%]`. */
function valueText({ unit, value, low, high, items, unparsed }: Figure): string {
  const written = (number: number): string => (unit === "share" ? percent(number, 1) : number.toFixed(2));
  const interval = low === null || high === null ? "" : ` [${written(low)}, ${written(high)}]`;
  const unread = unparsed === 0 ? "" : pc.yellow(`, ${thousands(unparsed)} not read`);
  return `${(value === null ? "-" : written(value)).padStart(6)}${interval}`.padEnd(24) + `  ${counted(items, "item")}${unread}`;
}
