import type { Report } from "../../../analysis/report.ts";
import { answersInWords } from "../../../records/answers.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { thousands } from "../../../texts/number-text.ts";
import { table } from "../table.ts";
import { actionWords, faultWords, gateWords, repairWords, worded } from "./reasons.ts";

/** Tags that were mended, pieces that were removed, and responses that were asked for again. */
export function repairsSection({ overall: { messages } }: Report): Markup {
  const answers = answersInWords(messages.answers);
  return html`<p class="lead">Tags with one sure reading are mended; pieces without one are removed. Gates look at each new response.</p>
    <div class="pair">
      <div>
        ${table({
          caption: "Tags mended",
          none: "No tag was mended.",
          columns: [{ name: "Kind" }, { name: "Times", isNumber: true }],
          rows: lines(messages.repairs, repairWords),
        })}
      </div>
      <div>
        ${table({
          caption: "Pieces removed by the filter",
          none: "The filter removed nothing.",
          columns: [{ name: "Reason" }, { name: "Times", isNumber: true }],
          rows: lines(messages.faults, faultWords),
        })}
      </div>
    </div>
    ${table({
      caption: "Gates on new responses",
      none: "No gate found anything.",
      columns: [{ name: "Gate" }, { name: "What was done" }, { name: "Times", isNumber: true }],
      rows: messages.gates.map(({ gate, action, count: times }) => [
        worded(gate, gateWords),
        actionWords[action] ?? action,
        thousands(times),
      ]),
    })}
    ${answers === "" ? nothing : html`<p>Final answers of A′ beside those of A, in rows: ${answers}.</p>`}`;
}

function lines(counts: Readonly<Record<string, number>>, words: Readonly<Record<string, string>>): (readonly [Markup, string])[] {
  return Object.entries(counts).map(([name, times]) => [worded(name, words), thousands(times)]);
}
