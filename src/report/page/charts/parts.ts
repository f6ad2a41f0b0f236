import * as Plot from "@observablehq/plot";
import { html, type Markup } from "../markup.ts";
import { share, thousands } from "../../../texts/number-text.ts";
import { colour, type Colour } from "../theme.ts";
import { drawChart, legend } from "./chart.ts";

/** What the parts of every bar are, in their order. */
export interface PartKind {
  readonly name: string;
  readonly colour: Colour;
}

interface Bar {
  readonly name: string;
  /** How many of each kind, in the kinds' order. */
  readonly counts: readonly number[];
}

interface Parts {
  readonly title: string;
  /** What is counted, in the plural, such as `phrases`. */
  readonly things: string;
  readonly kinds: readonly PartKind[];
  readonly bars: readonly Bar[];
  readonly size?: "half" | "whole";
}

interface Part {
  readonly bar: string;
  readonly kind: PartKind;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Pixels that a part needs to have room for its share. */
const roomForText = 34;

/**
 * Bars of one length, each divided into its parts. The shares are written in the parts as far as
 * there is room, and in a table beside the chart.
 */
export function partsChart({ title, things, kinds, bars, size = "half" }: Parts): Markup {
  const parts = bars.flatMap((bar) => partsOf(bar, kinds));
  const label = `${title}. ${bars.map(({ name, counts }) => `${name}: ${kinds.map((kind, index) => `${kind.name} ${thousands(counts[index] ?? 0)}`).join(", ")}`).join("; ")}.`;
  const longest = Math.max(...bars.map(({ name }) => name.length), 1);
  const chart = drawChart({
    label,
    size,
    plot: ({ width, isNarrow }) => {
      const marginLeft = Math.min(150, 26 + longest * 6.4);
      const marginRight = 24;
      const leastForText = roomForText / (width - marginLeft - marginRight);
      return {
        height: bars.length * 30 + 40,
        marginLeft,
        marginRight,
        marginTop: 4,
        x: { domain: [0, 1], tickFormat: "%", ticks: isNarrow && marginLeft > 100 ? 2 : 5, label: null },
        y: { domain: bars.map(({ name }) => name), label: null, tickSize: 0, padding: 0.3 },
        color: { type: "identity" },
        marks: [
          Plot.barX(parts, {
            y: "bar",
            x1: "from",
            x2: "to",
            fill: (part: Part) => colour(part.kind.colour),
            insetRight: 1,
            title: (part: Part) => `${part.bar}, ${part.kind.name}: ${thousands(part.count)} ${things}, ${share(part.to - part.from)}`,
          }),
          Plot.text(
            parts.filter((part) => part.to - part.from >= leastForText),
            {
              y: "bar",
              x: (part: Part) => (part.from + part.to) / 2,
              fill: colour("onData"),
              text: (part: Part) => share(part.to - part.from, 0),
            },
          ),
          Plot.text(
            bars.filter((bar) => total(bar) === 0),
            { y: "name", x: 0, dx: 4, textAnchor: "start", fill: colour("muted"), text: () => `no ${things}` },
          ),
        ],
      };
    },
  });
  return html`${chart}${legend(kinds.map((kind) => ({ colour: colour(kind.colour), name: kind.name })))}`;
}

function total({ counts }: Bar): number {
  return counts.reduce((sum, value) => sum + value, 0);
}

function partsOf(bar: Bar, kinds: readonly PartKind[]): Part[] {
  const whole = total(bar);
  let before = 0;
  return kinds.flatMap((kind, index) => {
    const value = bar.counts[index] ?? 0;
    if (value === 0) return [];
    const from = before / whole;
    before += value;
    return [{ bar: bar.name, kind, from, to: before / whole, count: value }];
  });
}
