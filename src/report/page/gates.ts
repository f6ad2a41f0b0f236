import type { MessageFigures, Report } from "../../analysis/report.ts";
import { html, nothing, type Markup } from "./markup.ts";
import { counted, noNumber, thousands } from "../../texts/number-text.ts";
import { table } from "./table.ts";
import { actionWords, gateWords, worded } from "./sections/reasons.ts";

/** What gates found in new responses, a gate a line and an action a column. */
export function gatesTable(found: MessageFigures["gates"]): Markup {
  const gates = [...new Set(found.map(({ gate }) => gate))];
  const actions = [...new Set([...Object.keys(actionWords), ...found.map(({ action }) => action)])].filter((action) =>
    found.some((each) => each.action === action),
  );
  const times = (gate: string, action: string): number =>
    found.reduce((sum, each) => sum + (each.gate === gate && each.action === action ? each.count : 0), 0);
  return table({
    caption: "Gates on new responses, in times",
    none: "No gate found anything.",
    isFirstWide: true,
    columns: [{ name: "Gate" }, ...actions.map((action) => ({ name: actionWords[action] ?? action, isNumber: true }))],
    rows: gates.map((gate) => [
      worded(gate, gateWords),
      ...actions.map((action) => (times(gate, action) === 0 ? noNumber : thousands(times(gate, action)))),
    ]),
  });
}

/** Why rows of the dataset hold an original response. */
export function keptText(keptBy: Report["keptBy"]): Markup {
  const causes = Object.entries(keptBy);
  if (causes.length === 0) return nothing;
  return html`<p class="note">
    Why originals were kept: ${causes.map(([cause, rows]) => `${cause} in ${counted(rows, "row")}`).join(", ")}.
  </p>`;
}

/** What is known of the final answers of new responses. Nothing if the run did not look at them. */
export function answersText({ checked, wrong, notChecked }: MessageFigures["answers"]): Markup {
  if (checked + wrong + notChecked === 0) return nothing;
  return html`<p class="note">
    Final answers, in rows: ${thousands(checked)} checked against A's, ${thousands(wrong)} wrong at least once (asked for again, or A kept),
    ${thousands(notChecked)} not checked. A row whose answer could not be checked has no fault.
  </p>`;
}
