import * as Plot from "@observablehq/plot";
import type { Summary } from "../../../analysis/report.ts";
import { html, type Markup } from "../markup.ts";
import { compact, decimal, noNumber, share, thousands } from "../../../texts/number-text.ts";
import { colour, type Colour } from "../theme.ts";
import { drawChart } from "./chart.ts";

export interface Distribution {
  readonly name: string;
  readonly summary: Summary | null;
  readonly colour: Colour;
}

interface Histogram {
  readonly title: string;
  /** One distribution, or those of A and A' over the same axis. */
  readonly distributions: readonly Distribution[];
  readonly digits?: number;
  /** A value that has a line of its own, such as 1 for ratios. */
  readonly landmark?: { readonly value: number; readonly name: string };
}

interface Bin {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly part: number;
  readonly fill: string;
  /** The one whole number that the bin holds. */
  readonly whole?: number;
}

/** A distribution of fewer values is not drawn. */
const fewest = 5;

/**
 * How values are spread, as bars of one bin each. The median is a line, and the quantiles are in
 * words below.
 */
export function histogram({ title, distributions, digits = 0, landmark }: Histogram): Markup {
  const present = distributions.flatMap(({ summary, ...rest }) => (summary === null || summary.n === 0 ? [] : [{ ...rest, summary }]));
  if (present.length === 0)
    return html`<div>
      <h3>${title}</h3>
      <p class="none">No values.</p>
    </div>`;
  const isLog = present.every(({ summary }) => summary.histogram.scale === "log");
  const bins = withoutEmptyEnds(present.flatMap(({ name, summary, colour: of }) => binsOf(name, summary, colour(of))));
  const axis = axisOf(bins, isLog);
  const highest = Math.max(...bins.map(({ part }) => part));
  const words = present.map(({ name, summary }) => inWords(name, summary, digits));
  if (present.every(({ summary }) => summary.n < fewest))
    return html`<div>
      <h3>${title}</h3>
      <p class="note">${words.map((line) => html`${line}. `)}</p>
    </div>`;
  const chart = drawChart({
    label: `${title}, a histogram. ${words.join(". ")}.`,
    size: "half",
    caption: html`${words.map((line) => html`<span class="line">${line}.</span> `)}`,
    plot: ({ isNarrow }) => ({
      height: 40 + present.length * 110,
      marginLeft: 44,
      marginRight: 14,
      marginTop: present.length > 1 ? 8 : 20,
      marginBottom: 26,
      x: {
        domain: [axis.least, axis.most],
        label: null,
        ticks: ticksOf(bins, axis, isLog, isNarrow),
        tickFormat: (place: number) => tickText(axis.valueAt(place)),
      },
      y: { domain: [0, highest * 1.12], ticks: 3, tickFormat: "%", label: null, grid: true },
      ...(present.length > 1 ? { fy: { domain: present.map(({ name }) => name), axis: null, padding: 0.14 } } : {}),
      color: { type: "identity" },
      marks: [
        Plot.rect(bins, {
          ...facet(present.length),
          x1: (bin: Bin) => axis.place(bin.from),
          x2: (bin: Bin) => axis.place(bin.to),
          y1: 0,
          y2: "part",
          fill: "fill",
          inset: 0.5,
          title: (bin: Bin) =>
            `${bin.whole === undefined ? `${decimal(bin.from, digits)} to ${decimal(bin.to, digits)}` : thousands(bin.whole)}: ${share(bin.part)}`,
        }),
        Plot.ruleY([0], { stroke: "currentColor" }),
        ...(landmark === undefined || landmark.value < axis.from || landmark.value > axis.to
          ? []
          : [
              Plot.ruleX([axis.place(landmark.value)], { stroke: colour("muted"), strokeDasharray: "3,3" }),
              Plot.text([landmark.name], { x: [axis.place(landmark.value)], frameAnchor: "top", dy: -14, fill: colour("muted") }),
            ]),
        Plot.ruleX(present, {
          ...facet(present.length),
          x: ({ summary }: { summary: Summary }) => axis.place(clamp(summary.median, axis.from, axis.to)),
          stroke: "currentColor",
          strokeWidth: 1.5,
        }),
        ...(present.length > 1
          ? [
              Plot.text(present, {
                fy: "name",
                frameAnchor: "top-right",
                text: "name",
                fill: ({ colour: of }: { colour: Colour }) => colour(of),
                fontWeight: 600,
                dy: 2,
              }),
            ]
          : []),
      ],
    }),
  });
  return html`<div>
    <h3>${title}</h3>
    ${chart}
  </div>`;
}

function ticksOf(bins: readonly Bin[], { from, to, place }: Axis, isLog: boolean, isNarrow: boolean): number | number[] {
  if (isLog) return logTicks(from, to, isNarrow ? 5 : 8).map(place);
  const wholes = [...new Set(bins.flatMap(({ whole }) => (whole === undefined ? [] : [whole])))];
  return wholes.length > 0 && wholes.length <= 12 ? wholes : isNarrow ? 4 : 6;
}

/** Round numbers of a logarithmic axis, no more than there is room for. */
export function logTicks(least: number, most: number, room: number): number[] {
  const decades = Array.from({ length: 14 }, (_, index) => 10 ** (index - 5));
  const within = (steps: readonly number[]): number[] =>
    [0, ...decades.flatMap((decade) => steps.map((step) => decade * step))].filter((value) => value >= least && value <= most);
  const choices = [[1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]].map(within);
  const last = choices.at(-1) ?? [];
  return choices.find((ticks) => ticks.length <= room) ?? last.filter((_, index) => index % Math.ceil(last.length / room) === 0);
}

function tickText(value: number): string {
  return value >= 10_000 ? compact(value) : value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}

/**
 * Where values are on the axis. Plot's own logarithmic scale leaves out the labels of some ticks,
 * and has no place for 0.
 */
interface Axis {
  readonly from: number;
  readonly to: number;
  readonly least: number;
  readonly most: number;
  readonly place: (value: number) => number;
  readonly valueAt: (place: number) => number;
}

function axisOf(bins: readonly Bin[], isLog: boolean): Axis {
  const [from, to] = [Math.min(...bins.map((bin) => bin.from)), Math.max(...bins.map((bin) => bin.to))];
  if (!isLog) return { from, to, least: from, most: to > from ? to : from + 1, place: (value) => value, valueAt: (place) => place };
  // Zero and the values next to it are at the left end.
  const floor = Math.min(...bins.flatMap((bin) => [bin.from, bin.to]).filter((edge) => edge > 0)) / 2;
  const place = (value: number): number => Math.log10(Math.max(value, floor));
  return { from, to, least: place(from), most: place(to), place, valueAt: (at) => (from <= 0 && at <= place(0) ? 0 : 10 ** at) };
}

/** The bins from the first that holds a value to the last one. */
function withoutEmptyEnds(bins: readonly Bin[]): Bin[] {
  const full = bins.filter(({ part }) => part > 0);
  const [from, to] = [Math.min(...full.map((bin) => bin.from)), Math.max(...full.map((bin) => bin.to))];
  return bins.filter((bin) => bin.from >= from && bin.to <= to);
}

function inWords(name: string, summary: Summary, digits: number): string {
  const of = (value: number): string => decimal(value, digits);
  const { n, median, p05, p25, p75, p95 } = summary;
  if (n === 1) return `${name}: ${of(median)} (one value)`;
  return `${name}: median ${of(median)}, middle half ${of(p25)} to ${of(p75)}, 90% between ${of(p05)} and ${of(p95)}, mean ${meanOf(summary, digits)} (n = ${thousands(n)})`;
}

function facet(charts: number): { fy?: string } {
  return charts > 1 ? { fy: "name" } : {};
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function meanOf({ mean, interval }: Summary, digits: number): string {
  const fine = digits === 0 ? 1 : digits;
  return interval === null
    ? decimal(mean, fine)
    : `${decimal(mean, fine)} (95% interval ${decimal(interval[0], fine)} to ${decimal(interval[1], fine)})`;
}

function binsOf(name: string, { n, histogram: { edges, counts, scale } }: Summary, fill: string): Bin[] {
  // A bin of one whole number is drawn around the number, not beside it.
  const isWhole =
    scale === "linear" && edges.every((edge, index) => Number.isInteger(edge) && (index === 0 || edge - (edges[index - 1] ?? 0) === 1));
  const shift = isWhole ? 0.5 : 0;
  return counts.flatMap((values, index) => {
    const [from, to] = [edges[index], edges[index + 1]];
    if (from === undefined || to === undefined) return [];
    return [{ name, from: from - shift, to: to - shift, part: n === 0 ? 0 : values / n, fill, ...(isWhole ? { whole: from } : {}) }];
  });
}

/** `23.1 (22.4 to 23.8)`, or a dash. */
export function meanWithInterval(summary: Summary | null, digits: number): string {
  if (summary === null) return noNumber;
  const { mean, interval } = summary;
  return interval === null
    ? decimal(mean, digits)
    : `${decimal(mean, digits)} (${decimal(interval[0], digits)} to ${decimal(interval[1], digits)})`;
}
