import { rowFlowChart } from "../charts/row-flow.ts";
import type { Report } from "../../../analysis/report.ts";
import { html, type Markup } from "../markup.ts";
import { partOf, thousands } from "../../../texts/number-text.ts";
import { barCell, table } from "../table.ts";
import { reasonWords, worded } from "./reasons.ts";

/** Where rows went, and why some are not in the dataset. */
export function rowsSection({ overall: { rows }, run }: Report): Markup {
  return html`<p class="lead">
      Every input row is in the dataset or in the list of rejected rows, with a reason. Dropped rows are the way they are; failed rows met
      an error and are tried again by the same command.
    </p>
    ${rowFlowChart(rows)}
    ${table({
      caption: "Rows that are not in the dataset, by reason",
      none: "Every row is in the dataset.",
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
    })}
    ${table({
      caption: "Rows and paid model calls by phase",
      columns: [
        { name: "Phase" },
        { name: "Rows in", isNumber: true },
        { name: "Rows out", isNumber: true },
        { name: "Kept", isNumber: true },
        { name: "Calls", isNumber: true },
        { name: "Tokens in", isNumber: true },
        { name: "Tokens out", isNumber: true },
      ],
      rows: rows.phases.map(({ phase, in: reached, out }) => {
        const paid = run.calls.find((calls) => calls.phase === phase);
        return [
          phase,
          thousands(reached),
          thousands(out),
          partOf(out, reached),
          thousands(paid?.calls ?? 0),
          thousands(paid?.inputTokens ?? 0),
          thousands(paid?.outputTokens ?? 0),
        ];
      }),
    })}`;
}
