import * as Plot from "@observablehq/plot";
import type { Estimate } from "../../judge/result.ts";
import { html, type Markup } from "../markup.ts";
import { share } from "../numbers.ts";
import { colour } from "../theme.ts";
import { drawChart } from "./chart.ts";

interface NamedEstimate {
  readonly name: string;
  readonly estimate: Estimate;
}

/** Rates with their intervals over an axis from 0 to 100%; half is where neither side is ahead. */
export function intervalChart(title: string, estimates: readonly NamedEstimate[], half: string): Markup {
  const known = estimates.flatMap(({ name, estimate }) => (estimate === null ? [] : [{ name, ...estimate }]));
  if (known.length === 0) return html`<p class="none">There is no rate to show.</p>`;
  type Known = (typeof known)[number];
  const said = ({ value, low, high }: Known): string => `${share(value)} (${share(low)} to ${share(high)})`;
  return drawChart({
    label: `${title}. ${known.map((it) => `${it.name}: ${said(it)}`).join("; ")}.`,
    caption: `Dots are rates, lines their 95% intervals. ${half}`,
    plot: ({ isNarrow }) => ({
      height: known.length * (isNarrow ? 50 : 36) + 44,
      marginLeft: isNarrow ? 14 : 250,
      marginRight: isNarrow ? 14 : 170,
      marginTop: 12,
      x: { domain: [0, 1], tickFormat: "%", ticks: isNarrow ? 4 : 10, label: null, grid: true },
      y: { domain: known.map(({ name }) => name), label: null, tickSize: 0, axis: isNarrow ? null : "left", padding: 0.2 },
      marks: [
        Plot.ruleX([0.5], { stroke: "currentColor", strokeDasharray: "4,3" }),
        Plot.ruleY(known, { y: "name", x1: "low", x2: "high", stroke: colour("response"), strokeWidth: 3, dy: isNarrow ? 10 : 0 }),
        Plot.dot(known, {
          y: "name",
          x: "value",
          r: 5.5,
          fill: colour("response"),
          stroke: colour("page"),
          strokeWidth: 1.5,
          dy: isNarrow ? 10 : 0,
          title: (it: Known) => `${it.name}: ${said(it)}`,
        }),
        isNarrow
          ? Plot.text(known, {
              y: "name",
              x: 0,
              dy: -8,
              textAnchor: "start",
              fill: "currentColor",
              stroke: colour("page"),
              strokeWidth: 4,
              text: (it: Known) => `${it.name}: ${share(it.value)}`,
            })
          : Plot.text(known, { y: "name", x: 1, dx: 12, textAnchor: "start", fill: "currentColor", text: said }),
      ],
    }),
  });
}
