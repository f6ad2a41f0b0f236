import { rowFlowChart } from "../charts/row-flow.ts";
import type { Report } from "../../../analysis/report.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { counted, dollars, partOf, thousands } from "../../../texts/number-text.ts";
import { barCell, folded, table } from "../table.ts";
import { answersText, gatesTable, keptText } from "../gates.ts";
import { reasonWords, worded } from "./reasons.ts";

/** Where rows went, why some are not in the dataset, and what that took. */
export function rowsSection(report: Report): Markup {
  const { overall, keptBy } = report;
  const { rows, messages } = overall;
  return html`<p class="lead">
      Every input row is in the dataset or in the list of rejected rows, with a reason. Dropped rows are the way they are; failed rows met
      an error and are tried again by the same command.
    </p>
    ${rowFlowChart(rows)}
    <div class="pair">
      <div>${outcomes(rows)}${keptText(keptBy)}</div>
      <div>${gatesTable(messages.gates)}${answersText(messages.answers)}</div>
    </div>
    ${reasons(rows)} ${calls(report)}`;
}

/** Older reports do not tell rows written anew from others. */
function outcomes({ in: all, done, writtenAnew, originalKept, dropped, failed }: Report["overall"]["rows"]): Markup {
  const line = (name: string, rows: number, colour: string) => [
    name,
    thousands(rows),
    barCell(all === 0 ? null : rows / all, partOf(rows, all), `var(--${colour})`),
  ];
  return table({
    caption: `What became of ${counted(all, "row")}`,
    columns: [{ name: "Outcome" }, { name: "Rows", isNumber: true }, { name: "Of all rows", isNumber: true }],
    rows: [
      ...(writtenAnew === undefined || originalKept === undefined
        ? [line("In the dataset", done, "kept")]
        : [line("Written anew", writtenAnew, "response"), line("Original kept", originalKept, "original")]),
      line("Dropped", dropped, "lost"),
      line("Failed", failed, "lost"),
    ],
  });
}

function reasons(rows: Report["overall"]["rows"]): Markup {
  if (rows.reasons.length === 0) return nothing;
  return table({
    caption: "Rows that are not in the dataset, by reason",
    isFirstWide: true,
    columns: [
      { name: "Reason" },
      { name: "Rows", isNumber: true },
      { name: "Of all rows", isNumber: true },
      { name: "Phase" },
      { name: "Outcome" },
    ],
    rows: rows.reasons.map(({ reason, phase, outcome, rows: lost }) => [
      worded(reason, reasonWords),
      thousands(lost),
      barCell(rows.in === 0 ? null : lost / rows.in, partOf(lost, rows.in), "var(--lost)"),
      phase,
      outcome,
    ]),
  });
}

/** The sum is in sight, and the phases are folded under it. */
function calls({ overall: { rows }, run }: Report): Markup {
  const sum = (of: (calls: Report["run"]["calls"][number]) => number): number => run.calls.reduce((total, each) => total + of(each), 0);
  const paid = {
    calls: sum((each) => each.calls),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
  };
  const cells = (of: typeof paid): string[] => [of.calls, of.inputTokens, of.outputTokens].map(thousands);
  const none = { calls: 0, inputTokens: 0, outputTokens: 0 };
  return folded(
    html`Paid for the rows: ${counted(paid.calls, "model call")}, ${thousands(paid.inputTokens)} tokens in, ${thousands(paid.outputTokens)}
    tokens out${moneyText(run.money)}`,
    table({
      caption: "Rows and paid model calls by phase",
      columns: [
        { name: "Phase" },
        { name: "Rows in", isNumber: true },
        { name: "Rows out", isNumber: true },
        { name: "Go on", isNumber: true },
        { name: "Calls", isNumber: true },
        { name: "Tokens in", isNumber: true },
        { name: "Tokens out", isNumber: true },
      ],
      rows: [
        ...rows.phases.map(({ phase, in: reached, out }) => [
          phase,
          thousands(reached),
          thousands(out),
          partOf(out, reached),
          ...cells(run.calls.find((each) => each.phase === phase) ?? none),
        ]),
        ["All phases", thousands(rows.in), thousands(rows.done), partOf(rows.done, rows.in), ...cells(paid)],
      ],
    }),
  );
}

function moneyText(money: Report["run"]["money"]): string {
  if (money === null || money === undefined) return "";
  const unknown = money.unpriced.length === 0 ? "" : `, without ${money.unpriced.join(", ")}, whose price is not known`;
  return `. ${dollars({ value: money.spent, bar: 0 })} for all calls of the run directory, those of sysgen judge too${unknown}`;
}
