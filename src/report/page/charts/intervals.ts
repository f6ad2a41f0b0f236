import * as Plot from "@observablehq/plot";
import type { Estimate } from "../../../evaluation/judge/result.ts";
import { html, type Markup } from "../markup.ts";
import { share, thousands } from "../../../texts/number-text.ts";
import { colour } from "../theme.ts";
import { drawChart } from "./chart.ts";

interface NamedEstimate {
  readonly name: string;
  /** How many items the rate is of. */
  readonly n: number;
  readonly estimate: Estimate;
}

/** Where the parts of a line are, in lines from its top. The words lie above all strokes. */
const places = { words: 0.3, from: 0.55, interval: 0.72, to: 0.89 } as const;

/** Rates with their intervals over an axis from 0 to 100%, whose middle is marked. */
export function intervalChart(title: string, estimates: readonly NamedEstimate[], caption?: string): Markup {
  const known = estimates.flatMap(({ name, n, estimate }) => (estimate === null ? [] : [{ name, n, ...estimate }]));
  if (known.length === 0) return html`<p class="none">There is no rate to show.</p>`;
  const lines = known.map((it, place) => ({
    ...it,
    place,
    short: `${it.name}: ${share(it.value)} (n = ${thousands(it.n)})`,
    said: `${it.name}: ${share(it.value)} (${share(it.low)} to ${share(it.high)}, n = ${thousands(it.n)})`,
  }));
  type Line = (typeof lines)[number];
  const at =
    (part: keyof typeof places) =>
    ({ place }: Line): number =>
      place + places[part];
  const stroke = (x: number) => ({ x: () => x, y1: at("from"), y2: at("to") });
  return drawChart({
    label: `${title}. ${lines.map(({ said }) => said).join("; ")}.`,
    size: "half",
    ...(caption === undefined ? {} : { caption }),
    plot: ({ isNarrow }) => ({
      height: lines.length * 42 + 34,
      marginLeft: 16,
      marginRight: 24,
      marginTop: 2,
      x: { domain: [0, 1], tickFormat: "%", ticks: isNarrow ? 4 : 10, label: null },
      y: { domain: [0, lines.length], reverse: true, axis: null },
      marks: [
        ...[0, 0.25, 0.75, 1].map((x) => Plot.ruleX(lines, { ...stroke(x), stroke: colour("line") })),
        Plot.ruleX(lines, { ...stroke(0.5), stroke: "currentColor", strokeDasharray: "4,3" }),
        Plot.ruleY(lines, { y: at("interval"), x1: "low", x2: "high", stroke: colour("response"), strokeWidth: 3 }),
        Plot.dot(lines, {
          y: at("interval"),
          x: "value",
          r: 5.5,
          fill: colour("response"),
          stroke: colour("page"),
          strokeWidth: 1.5,
          title: "said",
        }),
        Plot.text(lines, {
          y: at("words"),
          x: 0,
          textAnchor: "start",
          fill: "currentColor",
          text: (it: Line) => (isNarrow ? it.short : it.said),
        }),
      ],
    }),
  });
}
