import type { TagFigures } from "../../../analysis/report.ts";
import { labelNames, labels } from "../../verdict-labels.ts";
import type { Markup } from "../markup.ts";
import { partsChart } from "./parts.ts";

/** What the judge said of the phrases of each tag, as parts of a whole. */
export function verdictChart(tags: readonly TagFigures[]): Markup {
  return partsChart({
    title: "The judge's verdicts by tag",
    things: "phrases",
    kinds: labels.map((label) => ({ name: labelNames[label], colour: label })),
    bars: tags.map(({ tag, verdicts }) => ({ name: tag, counts: labels.map((label) => verdicts[label]) })),
  });
}
