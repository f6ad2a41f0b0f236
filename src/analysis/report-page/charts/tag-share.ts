import * as Plot from "@observablehq/plot";
import type { TagFigures } from "../../report.ts";
import { html, type Markup } from "../markup.ts";
import { share } from "../numbers.ts";
import { paperTagShare } from "../paper-figures.ts";
import { colour } from "../theme.ts";
import { drawChart, legend } from "./chart.ts";

/** Share of the dataset's rows with each tag, the paper's beside it as a stroke. */
export function tagShareChart(tags: readonly TagFigures[]): Markup {
  const label = `Share of rows with each tag. ${tags.map((figures) => `${figures.tag} ${share(figures.share, 0)}`).join(", ")}.`;
  const chart = drawChart({
    label,
    size: "half",
    plot: () => ({
      height: tags.length * 30 + 40,
      marginLeft: 88,
      marginRight: 52,
      marginTop: 4,
      x: { domain: [0, 1], tickFormat: "%", ticks: 5, label: null, grid: true },
      y: { domain: tags.map(({ tag }) => tag), label: null, tickSize: 0, padding: 0.3 },
      marks: [
        Plot.barX(tags, {
          y: "tag",
          x: "share",
          fill: colour("kept"),
          rx: 2,
          title: (it: TagFigures) => `${it.tag}: ${share(it.share)} of rows`,
        }),
        Plot.tickX(tags, {
          y: "tag",
          x: (it: TagFigures) => paperTagShare[it.tag],
          stroke: "currentColor",
          strokeWidth: 2.5,
          insetTop: -3,
          insetBottom: -3,
          title: (it: TagFigures) => `${it.tag} in the paper: ${share(paperTagShare[it.tag])}`,
        }),
        Plot.text(tags, { y: "tag", x: 1, dx: 8, textAnchor: "start", fill: "currentColor", text: (it: TagFigures) => share(it.share, 0) }),
      ],
    }),
  });
  return html`${chart}${legend([
    { colour: colour("kept"), name: "this run" },
    { colour: colour("ink"), name: "stroke: the paper, LLaMA-3.1-8B" },
  ])}`;
}
