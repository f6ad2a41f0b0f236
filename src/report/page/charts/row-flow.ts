import * as Plot from "@observablehq/plot";
import type { RowFlow } from "../../../analysis/report.ts";
import { html, type Markup } from "../markup.ts";
import { partOf, thousands } from "../../../texts/number-text.ts";
import { colour, type Colour } from "../theme.ts";
import { drawChart, legend } from "./chart.ts";

interface Step {
  readonly name: string;
  readonly in: number;
  readonly out: number;
}

interface Part {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly colour: Colour;
  readonly title: string;
}

const datasetName = "dataset";

/**
 * Rows that were read, those that left the run in a phase, and those of the dataset by who wrote
 * their responses. A phase in which no row ends has no bar, since it would repeat the one above it.
 */
export function rowFlowChart(rows: RowFlow): Markup {
  const all: Step[] = [
    { name: "read", in: rows.in, out: rows.phases[0]?.in ?? rows.in },
    ...rows.phases.map(({ phase, in: reached, out }) => ({ name: phase, in: reached, out })),
  ];
  const steps = all.filter((step, index) => index === 0 || step.out < step.in);
  const parts = [...steps.flatMap(partsOf), ...datasetParts(rows)].filter(({ from, to }) => to > from);
  const names = [...steps.map(({ name }) => name), datasetName];
  const said = all.map((step) => `${step.name}: ${thousands(step.in)} in, ${thousands(step.out)} out`).join("; ");
  const chart = drawChart({
    label: `Rows through the phases. ${said}. In the dataset: ${datasetWords(rows)}.`,
    plot: ({ isNarrow }) => ({
      height: names.length * 34 + 12,
      marginLeft: 72,
      marginRight: isNarrow ? 88 : 230,
      marginTop: 4,
      marginBottom: 8,
      x: { axis: null, domain: [0, Math.max(1, rows.in)] },
      y: { domain: names, label: null, tickSize: 0, padding: 0.22 },
      color: { type: "identity" },
      marks: [
        Plot.barX(parts, { y: "name", x1: "from", x2: "to", fill: (part: Part) => colour(part.colour), rx: 2, title: "title" }),
        Plot.text(
          [
            ...steps.map((step) => ({ name: step.name, at: step.in, text: stepText(step, rows.in, isNarrow) })),
            datasetText(rows, isNarrow),
          ],
          {
            y: "name",
            x: "at",
            dx: 8,
            textAnchor: "start",
            fill: "currentColor",
            text: "text",
          },
        ),
      ],
    }),
  });
  const meanings: readonly { readonly colour: Colour; readonly name: string }[] = [
    { colour: "kept", name: "go on" },
    { colour: "lost", name: "end here, dropped or failed" },
    { colour: "response", name: "in the dataset, written anew" },
    { colour: "original", name: "in the dataset, original kept" },
  ];
  const isShown = (meaning: Colour): boolean => parts.some((part) => part.colour === meaning);
  return html`${chart}${legend(meanings.filter((it) => isShown(it.colour)).map((it) => ({ colour: colour(it.colour), name: it.name })))}`;
}

function partsOf({ name, in: reached, out }: Step): Part[] {
  return [
    { name, from: 0, to: out, colour: "kept", title: `${name}: ${thousands(out)} go on` },
    { name, from: out, to: reached, colour: "lost", title: `${name}: ${thousands(reached - out)} end here` },
  ];
}

/** Older reports do not tell rows written anew from others. */
function datasetParts({ done, writtenAnew }: RowFlow): Part[] {
  const name = datasetName;
  if (writtenAnew === undefined) return [{ name, from: 0, to: done, colour: "kept", title: `${thousands(done)} in the dataset` }];
  return [
    { name, from: 0, to: writtenAnew, colour: "response", title: `${thousands(writtenAnew)} written anew` },
    { name, from: writtenAnew, to: done, colour: "original", title: `${thousands(done - writtenAnew)} with the original kept` },
  ];
}

function stepText({ in: reached, out }: Step, all: number, isNarrow: boolean): string {
  const lost = reached - out;
  const rate = isNarrow || all === 0 ? "" : `, ${partOf(out, all)}`;
  return `${thousands(out)}${rate}${lost === 0 ? "" : ` (−${thousands(lost)})`}`;
}

function datasetText(rows: RowFlow, isNarrow: boolean): { name: string; at: number; text: string } {
  return { name: datasetName, at: rows.done, text: isNarrow ? thousands(rows.done) : datasetWords(rows) };
}

function datasetWords({ done, writtenAnew, originalKept }: RowFlow): string {
  if (writtenAnew === undefined || originalKept === undefined) return thousands(done);
  return `${thousands(writtenAnew)} written anew, ${thousands(originalKept)} kept`;
}
