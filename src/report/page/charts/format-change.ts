import * as Plot from "@observablehq/plot";
import type { FormatFigures } from "../../../analysis/report.ts";
import { html, type Markup } from "../markup.ts";
import { share } from "../../../texts/number-text.ts";
import { colour } from "../theme.ts";
import { drawChart, legend } from "./chart.ts";

interface Change {
  readonly label: string;
  readonly original: number;
  readonly response: number;
}

/** The share of responses with each kind of structure, as an arrow from A to A'. */
export function formatChangeChart(formats: readonly FormatFigures[], responses: number): Markup {
  if (responses === 0) return html`<p class="none">No responses to compare.</p>`;
  const changes = formats.map(({ label, both, onlyOriginal, onlyResponse }) => ({
    label,
    original: (both + onlyOriginal) / responses,
    response: (both + onlyResponse) / responses,
  }));
  const most = Math.max(0.05, ...changes.flatMap(({ original, response }) => [original, response]));
  const chart = drawChart({
    label: `Share of responses with a structure, in A and in A′. ${changes.map((it) => `${it.label}: ${share(it.original)} to ${share(it.response)}`).join("; ")}.`,
    size: "half",
    plot: ({ isNarrow }) => ({
      height: changes.length * 38 + 44,
      marginLeft: 96,
      marginRight: isNarrow ? 24 : 40,
      marginTop: 4,
      x: { domain: [0, Math.min(1, most * 1.1)], tickFormat: "%", ticks: isNarrow ? 3 : 5, label: null, grid: true },
      y: { domain: changes.map(({ label }) => label), label: null, tickSize: 0 },
      marks: [
        Plot.arrow(
          changes.filter(({ original, response }) => Math.abs(original - response) > most * 0.04),
          {
            x1: "original",
            x2: "response",
            y1: "label",
            y2: "label",
            stroke: "currentColor",
            strokeWidth: 1.5,
            insetEnd: 7,
            insetStart: 5,
            headLength: 7,
          },
        ),
        Plot.dot(changes, {
          x: "original",
          y: "label",
          r: 5,
          fill: colour("surface"),
          stroke: colour("original"),
          strokeWidth: 2.5,
          title: (it: Change) => `${it.label} in A: ${share(it.original)}`,
        }),
        Plot.dot(changes, {
          x: "response",
          y: "label",
          r: 5.5,
          symbol: "diamond",
          fill: colour("response"),
          title: (it: Change) => `${it.label} in A′: ${share(it.response)}`,
        }),
      ],
    }),
  });
  return html`${chart}${legend([
    { colour: colour("original"), name: "ring: A, the input's response" },
    { colour: colour("response"), name: "diamond: A′, the new one" },
  ])}`;
}
