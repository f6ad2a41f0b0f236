import * as Plot from "@observablehq/plot";
import type { TagFigures } from "../../report.ts";
import { html, type Markup } from "../markup.ts";
import { count, share } from "../numbers.ts";
import { colour } from "../theme.ts";
import { drawChart, legend } from "./chart.ts";

/** The judge's labels in the order in which they stand in a bar. */
export const labels = ["good", "bad", "none", "unparsed"] as const;
export const labelNames = { good: "Good", bad: "Bad", none: "None", unparsed: "Unparsed" } as const;

/** A part of a bar narrower than this has no room for its number. */
const leastForText = 0.11;

interface Part {
  readonly tag: string;
  readonly label: (typeof labels)[number];
  readonly from: number;
  readonly to: number;
  readonly phrases: number;
}

/** What the judge said of the phrases of each tag, as parts of a whole. */
export function verdictChart(tags: readonly TagFigures[]): Markup {
  const parts = tags.flatMap(partsOf);
  const label = `The judge's verdicts by tag. ${tags
    .map(({ tag, verdicts }) => `${tag}: ${labels.map((name) => `${labelNames[name]} ${count(verdicts[name])}`).join(", ")}`)
    .join("; ")}.`;
  const chart = drawChart({
    label,
    size: "half",
    plot: ({ isNarrow }) => ({
      height: tags.length * 30 + 40,
      marginLeft: 88,
      marginRight: 24,
      marginTop: 4,
      x: { domain: [0, 1], tickFormat: "%", ticks: 5, label: null },
      y: { domain: tags.map(({ tag }) => tag), label: null, tickSize: 0, padding: 0.3 },
      marks: [
        Plot.barX(parts, {
          y: "tag",
          x1: "from",
          x2: "to",
          fill: (part: Part) => colour(part.label),
          insetRight: 1,
          title: (part: Part) => `${part.tag}, ${labelNames[part.label]}: ${count(part.phrases)} phrases, ${share(part.to - part.from)}`,
        }),
        Plot.text(
          parts.filter((part) => part.to - part.from >= (isNarrow ? leastForText * 1.6 : leastForText)),
          {
            y: "tag",
            x: (part: Part) => (part.from + part.to) / 2,
            fill: colour("onData"),
            text: (part: Part) => share(part.to - part.from, 0),
          },
        ),
        Plot.text(
          tags.filter((figures) => total(figures) === 0),
          { y: "tag", x: 0, dx: 4, textAnchor: "start", fill: colour("muted"), text: () => "no phrase" },
        ),
      ],
      color: { type: "identity" },
    }),
  });
  return html`${chart}${legend(labels.map((name) => ({ colour: colour(name), name: labelNames[name] })))}`;
}

function total({ verdicts }: TagFigures): number {
  return labels.reduce((sum, name) => sum + verdicts[name], 0);
}

function partsOf(figures: TagFigures): Part[] {
  const whole = total(figures);
  let from = 0;
  return labels.flatMap((label) => {
    const phrases = figures.verdicts[label];
    if (phrases === 0) return [];
    const start = from;
    from += phrases / whole;
    return [{ tag: figures.tag, label, from: start, to: from, phrases }];
  });
}
