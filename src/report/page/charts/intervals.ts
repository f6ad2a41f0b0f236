import * as Plot from "@observablehq/plot";
import type { Estimate } from "../../../evaluation/judge/result.ts";
import { html, type Markup } from "../markup.ts";
import { share } from "../../../texts/number-text.ts";
import { colour } from "../theme.ts";
import { drawChart } from "./chart.ts";

interface NamedEstimate {
  readonly name: string;
  readonly estimate: Estimate;
}

/** Rates with their intervals over an axis from 0 to 100%, whose middle is marked. */
export function intervalChart(title: string, estimates: readonly NamedEstimate[], caption?: string): Markup {
  const known = estimates.flatMap(({ name, estimate }) => (estimate === null ? [] : [{ name, ...estimate }]));
  if (known.length === 0) return html`<p class="none">There is no rate to show.</p>`;
  type Known = (typeof known)[number];
  const said = ({ value, low, high }: Known): string => `${share(value)} (${share(low)} to ${share(high)})`;
  return drawChart({
    label: `${title}. ${known.map((it) => `${it.name}: ${said(it)}`).join("; ")}.`,
    size: "half",
    ...(caption === undefined ? {} : { caption }),
    plot: ({ isNarrow }) => ({
      height: known.length * 44 + 40,
      marginLeft: 16,
      marginRight: 24,
      marginTop: 6,
      insetBottom: 10,
      x: { domain: [0, 1], tickFormat: "%", ticks: isNarrow ? 4 : 10, label: null, grid: true },
      y: { domain: known.map(({ name }) => name), axis: null, padding: 0.1 },
      marks: [
        Plot.ruleX([0.5], { stroke: "currentColor", strokeDasharray: "4,3" }),
        Plot.ruleY(known, { y: "name", x1: "low", x2: "high", stroke: colour("response"), strokeWidth: 3, dy: 9 }),
        Plot.dot(known, {
          y: "name",
          x: "value",
          r: 5.5,
          fill: colour("response"),
          stroke: colour("page"),
          strokeWidth: 1.5,
          dy: 9,
          title: (it: Known) => `${it.name}: ${said(it)}`,
        }),
        Plot.text(known, {
          y: "name",
          x: 0,
          dx: 2,
          dy: -9,
          textAnchor: "start",
          fill: "currentColor",
          // A rim, so that the line at 50% does not run through the words.
          stroke: colour("page"),
          strokeWidth: 5,
          text: (it: Known) => `${it.name}: ${said(it)}`,
        }),
      ],
    }),
  });
}
