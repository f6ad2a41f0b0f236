import * as Plot from "@observablehq/plot";
import type { RowFlow } from "../../../analysis/report.ts";
import type { Markup } from "../markup.ts";
import { partOf, thousands } from "../../../texts/number-text.ts";
import { colour } from "../theme.ts";
import { drawChart, legend } from "./chart.ts";
import { html } from "../markup.ts";

interface Step {
  readonly name: string;
  readonly in: number;
  readonly out: number;
}

/** Rows that came to each phase, and how many of them left the run there. */
export function rowFlowChart(rows: RowFlow): Markup {
  const steps: Step[] = [
    { name: "read", in: rows.in, out: rows.phases[0]?.in ?? rows.in },
    ...rows.phases.map(({ phase, in: reached, out }) => ({ name: phase, in: reached, out })),
  ];
  const label = `Rows through the phases. ${steps.map((step) => `${step.name}: ${thousands(step.in)} in, ${thousands(step.out)} out`).join("; ")}.`;
  const chart = drawChart({
    label,
    plot: ({ isNarrow }) => ({
      height: steps.length * 38 + 12,
      marginLeft: 72,
      marginRight: isNarrow ? 88 : 190,
      marginTop: 4,
      marginBottom: 8,
      x: { axis: null, domain: [0, Math.max(1, rows.in)] },
      y: { domain: steps.map(({ name }) => name), label: null, tickSize: 0, padding: 0.22 },
      marks: [
        Plot.barX(steps, {
          y: "name",
          x1: 0,
          x2: "out",
          fill: colour("kept"),
          rx: 2,
          title: (step: Step) => `${step.name}: ${thousands(step.out)} go on`,
        }),
        Plot.barX(
          steps.filter((step) => step.in > step.out),
          {
            y: "name",
            x1: "out",
            x2: "in",
            fill: colour("lost"),
            rx: 2,
            title: (step: Step) => `${step.name}: ${thousands(step.in - step.out)} end here`,
          },
        ),
        Plot.text(steps, {
          y: "name",
          x: "in",
          dx: 8,
          textAnchor: "start",
          fill: "currentColor",
          text: (step: Step) => said(step, isNarrow),
        }),
      ],
    }),
  });
  return html`${chart}${legend([
    { colour: colour("kept"), name: "go on" },
    { colour: colour("lost"), name: "end here, dropped or failed" },
  ])}`;
}

function said(step: Step, isNarrow: boolean): string {
  const lost = step.in - step.out;
  if (isNarrow) return lost === 0 ? thousands(step.out) : `${thousands(step.out)} (−${thousands(lost)})`;
  const rate = step.in === 0 ? "" : `, ${partOf(step.out, step.in)}`;
  return lost === 0 ? `${thousands(step.out)}${rate}` : `${thousands(step.out)}${rate}  (−${thousands(lost)})`;
}
