import type { MessageFigures } from "../../analysis/report.ts";
import { html, type Markup } from "./markup.ts";
import { thousands } from "../../texts/number-text.ts";
import { table } from "./table.ts";
import { faultWords, repairWords, worded } from "./sections/reasons.ts";

/** Tags that were mended, because they have one sure reading, and pieces that were removed. */
export function repairsTables({ repairs, faults }: MessageFigures): Markup {
  return html`<div class="pair">
    <div>
      ${table({
        caption: "Tags mended",
        none: "No tag was mended.",
        columns: [{ name: "Kind" }, { name: "Times", isNumber: true }],
        rows: lines(repairs, repairWords),
      })}
    </div>
    <div>
      ${table({
        caption: "Pieces removed by the filter",
        none: "The filter removed nothing.",
        columns: [{ name: "Reason" }, { name: "Times", isNumber: true }],
        rows: lines(faults, faultWords),
      })}
    </div>
  </div>`;
}

function lines(counts: Readonly<Record<string, number>>, words: Readonly<Record<string, string>>): (readonly [Markup, string])[] {
  return Object.entries(counts).map(([name, times]) => [worded(name, words), thousands(times)]);
}
