import * as Plot from "@observablehq/plot";
import { drawChart } from "../../../report/page/charts/chart.ts";
import { nothing, type Markup } from "../../../report/page/markup.ts";
import { colour } from "../../../report/page/theme.ts";
import { counted } from "../../../texts/number-text.ts";
import { differenceText, isApart } from "../cell-text.ts";
import type { Difference } from "../compare.ts";
import type { ReportTable } from "../experiment-report.ts";

/** Height of one model's line, in pixels. */
const lineHeight = 34;

/**
 * What each variant changed against its base on one benchmark, with intervals around 0. A dot is
 * hollow where there is no interval, so that it does not look certain.
 */
export function deltaChart({ columns, rows }: ReportTable, place: number): Markup {
  const { name, unit } = columns[place] ?? { name: "", unit: "share" as const };
  const scale = unit === "share" ? 100 : 1;
  const hasStudents = new Set(rows.filter(({ isPaper }) => !isPaper).map((row) => row.name)).size > 1;
  const lines = rows.flatMap((row) => {
    const cell = row.cells[place];
    if (cell?.kind !== "result" || cell.delta === null) return [];
    const { value, low, high, items } = cell.delta;
    const hasInterval = low !== null && high !== null;
    const about = [differenceText(cell.delta, unit), counted(items, "item"), ...(hasInterval ? [] : ["no interval"])];
    const said = `${hasStudents ? `${row.name}, ` : ""}${row.detail}: ${about.join(", ")}`;
    const tint = tintOf(cell.delta);
    return [
      {
        said,
        value: scale * value,
        low: scale * (low ?? value),
        high: scale * (high ?? value),
        tint,
        filling: hasInterval ? tint : colour("page"),
        hasInterval,
      },
    ];
  });
  if (lines.length === 0) return nothing;
  const placed = lines.map((line, index) => ({ ...line, words: index + 0.32, from: index + 0.52, at: index + 0.72, to: index + 0.92 }));
  const reach = Math.max(scale / 100, ...lines.flatMap(({ low, high }) => [-low, high]));
  return drawChart({
    label: `${name}, difference to the base. ${lines.map(({ said }) => said).join("; ")}.`,
    size: "half",
    caption: `${name}: difference to the base, in ${unit === "share" ? "points" : "marks"}, ${intervalWords(lines)}.`,
    plot: ({ isNarrow }) => ({
      height: lines.length * lineHeight + 30,
      marginLeft: 8,
      marginRight: 8,
      marginTop: 2,
      x: { domain: [-reach, reach], ticks: isNarrow ? 4 : 8, label: null },
      y: { domain: [0, lines.length], reverse: true, axis: null },
      marks: [
        // The line of 0 is left out where it would run through words.
        Plot.ruleX(placed, { x: 0, y1: "from", y2: "to", stroke: "currentColor" }),
        Plot.ruleY(placed, { y: "at", x1: "low", x2: "high", stroke: "tint", strokeWidth: 3 }),
        Plot.dot(placed, { y: "at", x: "value", r: 4.5, fill: "filling", stroke: "tint", strokeWidth: 1.5, title: "said" }),
        Plot.text(placed, { y: "words", x: -reach, textAnchor: "start", fill: "currentColor", text: "said" }),
      ],
    }),
  });
}

function intervalWords(lines: readonly { readonly hasInterval: boolean }[]): string {
  if (lines.every(({ hasInterval }) => hasInterval)) return "with 95% intervals";
  const why = "(too few items, or all differ alike)";
  return lines.some(({ hasInterval }) => hasInterval) ? `with 95% intervals; hollow dots have none ${why}` : `without intervals ${why}`;
}

function tintOf(difference: Difference): string {
  if (!isApart(difference)) return colour("unparsed");
  return colour(difference.value > 0 ? "good" : "bad");
}
