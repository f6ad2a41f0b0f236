import type { JudgeSummary } from "../evaluation/judge/judge-run.ts";
import { calibrationFigures, obedienceWarnings } from "../evaluation/judge/obedience-words.ts";
import type { Estimate, JudgeFigures, Obedience, PairFigures, PhraseFigures } from "../evaluation/judge/result.ts";
import { counted, duration, percent, thousands } from "../texts/number-text.ts";
import { section } from "./section.ts";
import { pc } from "./terminal.ts";

/** With fewer rows than this, the intervals of a percentile bootstrap are too narrow. */
const fewRows = 30;

/**
 * Renders a judging for a terminal. It shows the figures of each judge with their intervals, how
 * far two judges agree, and where the files are.
 */
export function renderJudgement(summary: JudgeSummary): string {
  const { state, sample, judges, generator, agreement, files } = summary;
  const headline = { finished: "Judged", interrupted: "Interrupted", stopped: "Stopped" }[state];
  const next = {
    finished: "",
    interrupted: "Run the same command again to go on.",
    stopped:
      summary.waiting === undefined
        ? `${summary.stoppedBy} Run the same command with a larger one to go on; nothing that was paid is paid again.`
        : `${summary.stoppedBy} ${counted(summary.waiting, "row")} wait for them.`,
  }[state];
  const drawn = `${thousands(sample.drawn)} of ${thousands(sample.done)} done rows, seed ${sample.seed}`;
  const agreed =
    agreement === null
      ? ""
      : section("how far the two judges agree", [
          ["better response", `${thousands(agreement.pair.items)} rows, ${kappa(agreement.pair)}`],
          ...(agreement.phrases === null
            ? []
            : [["phrases", `${thousands(agreement.phrases.items)} phrases, ${kappa(agreement.phrases)}`] as const]),
        ]);
  const failed = judges.reduce((sum, { rows }) => sum + rows.failed, 0);
  const parts = [
    `${pc.bold(headline)} in ${duration(summary.seconds)}   ${drawn}, responses of ${generator}${next === "" ? "" : `\n${pc.yellow(next)}`}`,
    ...judges.map((judge) => renderJudge(judge, summary)),
    agreed,
    `${pc.bold("figures")}  ${files.result}\n${pc.bold("rows")}     ${files.rows}`,
    failed > 0 && state === "finished" ? pc.yellow(`${thousands(failed)} rows failed. Run the same command again to ask just these.`) : "",
    judges.some(({ pair }) => pair.rows > 0 && pair.rows < fewRows)
      ? pc.yellow(`Fewer than ${fewRows} rows are few rows: the intervals are too narrow.`)
      : "",
    pc.dim("A is the original response, A' the new one. In brackets: 95% bootstrap intervals over rows."),
  ];
  return `\n${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function renderJudge(judge: JudgeFigures, { mode }: JudgeSummary): string {
  const { model, rows, failures, pair, phrases, tokens } = judge;
  const reasons = Object.entries(failures).map(([reason, count]) => `${thousands(count)} ${reason}`);
  const missing = [
    ...(rows.failed > 0 ? [`${thousands(rows.failed)} failed (${reasons.join(", ")})`] : []),
    ...(rows.left > 0 ? [`${thousands(rows.left)} left`] : []),
  ];
  const head = `${pc.bold(`judge ${model}`)}   ${[`${thousands(rows.judged)} rows judged`, ...missing].join(", ")}   ${thousands(tokens.calls)} calls, ${thousands(tokens.inputTokens)} + ${thousands(tokens.outputTokens)} tokens`;
  return [head, renderPair(pair, mode), phrases === null ? "" : renderPhrases(phrases)].filter((part) => part !== "").join("\n\n");
}

function renderPair(pair: PairFigures, mode: JudgeSummary["mode"]): string {
  const { rows, wins, ties, losses, inconsistent, reversed, identical, unparsed, slots, lengthRatio } = pair;
  const title = `which response is better (system message ${mode === "system-shown" ? "in sight" : "hidden"})`;
  const longer = lengthRatio.overall === null ? "" : `   A' is ${lengthRatio.overall.toFixed(2)} times as long as A`;
  return section(title, [
    ["pairs that differ", thousands(rows + unparsed)],
    ["same text", `${thousands(identical)}, not compared`],
    ["A' wins", `${thousands(wins)}  ${percent(wins, rows)}`],
    ["ties", `${thousands(ties)}  ${percent(ties, rows)}${tieReasons(inconsistent, reversed)}`],
    ["A wins", `${thousands(losses)}  ${percent(losses, rows)}`],
    ["win rate of A'", `${rate(pair.winRate)}   ${reading(pair.winRate)}`],
    ["at equal length", `${rate(pair.lengthControlledWinRate)}${longer}`],
    [
      "first shown wins",
      `${rate(pair.firstSlotRate)}   ${thousands(slots.first)} first, ${thousands(slots.second)} second, ${thousands(slots.tie)} tie`,
    ],
    [
      "orders disagree",
      `${thousands(inconsistent)} of ${thousands(rows)}  ${percent(inconsistent, rows)}${rows > 0 && inconsistent * 2 > rows ? pc.yellow("   this judge cannot be relied on") : ""}`,
    ],
    ...(unparsed > 0 ? [["no verdict read", `${thousands(unparsed)} rows`] as const] : []),
  ]);
}

function tieReasons(inconsistent: number, reversed: number): string {
  if (inconsistent === 0) return "";
  return `   ${thousands(inconsistent)} because the orders disagree, ${thousands(reversed)} of them with opposite winners`;
}

function renderPhrases(phrases: PhraseFigures): string {
  const { calibration } = phrases;
  const warnings = obedienceWarnings(phrases).map((warning) => pc.yellow(`  ${warning}`));
  return [
    renderObedience(phrases),
    calibration === null ? "" : section("what this judge knows of obedience", calibrationFigures(calibration)),
    warnings.join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function renderObedience({ rows, all, tags: byTag, kept }: PhraseFigures): string {
  const groups: [string, Obedience][] = [["all", all], ...Object.entries(byTag)];
  if (kept !== null && kept.rows > 0) groups.push([`kept originals (${thousands(kept.rows)})`, kept.all]);
  return section(
    `does A' obey the phrases (${counted(rows, "row")} written anew)`,
    groups.map(([name, { obeyed, violated, notApplicable, unparsed, obeyedRate }]) => {
      const others = [
        ...(notApplicable > 0 ? [`${thousands(notApplicable)} not applicable`] : []),
        ...(unparsed > 0 ? [`${thousands(unparsed)} unparsed`] : []),
      ];
      return [name, `${rate(obeyedRate)}   ${[`${thousands(obeyed)} obeyed`, `${thousands(violated)} violated`, ...others].join(", ")}`];
    }),
  );
}

function reading(estimate: Estimate): string {
  if (estimate === null) return "";
  if (estimate.low > 0.5) return pc.green("A' is preferred");
  return estimate.high < 0.5 ? pc.red("A is preferred") : pc.yellow("no preference can be told");
}

function rate(estimate: Estimate): string {
  if (estimate === null) return "     -".padEnd(24);
  const { value, low, high } = estimate;
  return `${percent(value, 1).padStart(6)} [${percent(low, 1)}, ${percent(high, 1)}]`.padEnd(24);
}

function kappa({ agreement, kappa: beyond }: { readonly agreement: Estimate; readonly kappa: Estimate }): string {
  const said =
    beyond === null
      ? "Cohen's kappa cannot be told"
      : `Cohen's kappa ${beyond.value.toFixed(2)} [${beyond.low.toFixed(2)}, ${beyond.high.toFixed(2)}]`;
  return agreement === null ? "nothing that both judged" : `${percent(agreement.value, 1)} the same, ${said}`;
}
