import * as Plot from "@observablehq/plot";
import { tags, type StandardTag } from "../../../records/system-message/phrase.ts";
import type { TagFigures } from "../../../analysis/report.ts";
import { html, type Markup } from "../markup.ts";
import { share } from "../../../texts/number-text.ts";
import { paperTagShares } from "../../paper-figures.ts";
import { colour } from "../theme.ts";
import { drawChart, legend } from "./chart.ts";

/** The paper's shares, of the tags that the chart shows. */
function paperStroke(shown: readonly StandardTag[], stroke: string, strokeWidth: number): Plot.Markish {
  return Plot.tickX(shown, {
    y: (tag: StandardTag) => tag,
    x: (tag: StandardTag) => paperTagShares[tag],
    stroke,
    strokeWidth,
    insetTop: -3,
    insetBottom: -3,
    title: (tag: StandardTag) => `${tag} in the paper: ${share(paperTagShares[tag])}`,
  });
}

/** Share of the dataset's rows with each tag, the paper's beside it as a stroke. */
export function tagShareChart(figures: readonly TagFigures[]): Markup {
  const label = `Share of rows with each tag. ${figures.map((it) => `${it.tag} ${share(it.share, 0)}`).join(", ")}.`;
  const inPaper = tags.filter((tag) => figures.some((it) => it.tag === tag));
  const chart = drawChart({
    label,
    size: "half",
    plot: () => ({
      height: figures.length * 30 + 40,
      marginLeft: 88,
      marginRight: 52,
      marginTop: 4,
      x: { domain: [0, 1], tickFormat: "%", ticks: 5, label: null, grid: true },
      y: { domain: figures.map((it) => it.tag), label: null, tickSize: 0, padding: 0.3 },
      marks: [
        Plot.barX(figures, {
          y: "tag",
          x: "share",
          fill: colour("kept"),
          rx: 2,
          title: (it: TagFigures) => `${it.tag}: ${share(it.share)} of rows`,
        }),
        // A rim in the ground's colour, so that the stroke stands out on a bar.
        paperStroke(inPaper, colour("page"), 6),
        paperStroke(inPaper, "currentColor", 2.5),
        Plot.text(figures, {
          y: "tag",
          x: 1,
          dx: 8,
          textAnchor: "start",
          fill: "currentColor",
          text: (it: TagFigures) => share(it.share, 0),
        }),
      ],
    }),
  });
  return html`${chart}${legend([
    { colour: colour("kept"), name: "this run" },
    { colour: colour("ink"), name: "stroke: the paper, LLaMA-3.1-8B" },
  ])}`;
}
