import type { MessageFigures, Report } from "../../../analysis/report.ts";
import type { Calibration } from "../../../phases/calibration.ts";
import { judgeWarnings } from "../../../phases/calibration-words.ts";
import { counted, decimal, noNumber, share, signed, thousands } from "../../../texts/number-text.ts";
import { histogram } from "../charts/histogram.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { folded, table } from "../table.ts";

/** How well the judge tells a row's own phrases from foreign ones, and what it did with that. */
export function calibrationSection({ calibration, overall: { messages } }: Report): Markup {
  if (calibration === null) return nothing;
  if (calibration.phraseAuc === undefined) return html`<p class="none">${judgeWarnings(calibration).join(" ")}</p>`;
  return html`<p class="lead">
      The judge was asked about the phrases of some rows with the row's own conversation and with another's. Its line lies where the two are
      told apart with equal error. AUC is how often an own phrase scores higher than a foreign one: 0.5 is a coin, 1 is never wrong.
    </p>
    <div class="pair">
      <div>${figures(calibration, messages.writtenAgain)}</div>
      ${histogram({
        title: "Scores of phrases",
        distributions: [{ name: "log-odds above the line", summary: messages.scores, colour: "kept" }],
        digits: 1,
        landmark: { value: 0, name: "the line" },
      })}
    </div>
    ${folded(
      "The lines, and phrases that got another tag",
      html`<div class="pair">
        <div>${lines(calibration)}</div>
        <div>${retagged(messages.retagged)}</div>
      </div>`,
    )}`;
}

function figures({ rows, phrases, phraseAuc, messageAuc, ownKept, foreignRemoved }: Calibration, writtenAgain: number): Markup {
  return table({
    caption: "Own against foreign",
    isFirstWide: true,
    columns: [{ name: "Figure" }, { name: "Value", isNumber: true }],
    rows: [
      ["Rows of the draw", thousands(rows)],
      ["Own phrases, foreign phrases", `${thousands(phrases.own)}, ${thousands(phrases.foreign)}`],
      ["AUC a phrase", decimal(phraseAuc)],
      ["AUC a message", decimal(messageAuc)],
      ["Own phrases that the line keeps", share(ownKept)],
      ["Foreign phrases that it removes", share(foreignRemoved)],
      ["Messages written again, as they looked foreign", counted(writtenAgain, "row")],
    ],
  });
}

function lines({ line, tagLines, messageLine, dropLine }: Calibration): Markup {
  const of = (value: number | undefined): string => (value === undefined ? noNumber : signed(value, 2));
  return table({
    caption: "Lines, in log-odds",
    isFirstWide: true,
    columns: [{ name: "Line" }, { name: "From", isNumber: true }],
    rows: [
      ["A phrase is Good", of(line)],
      ...Object.entries(tagLines).map(([tag, own]) => [`A phrase of ${tag} is Good`, of(own)]),
      ["A message looks like the row's own, above its phrases' lines", of(messageLine)],
      ["Below this one, its row is dropped", of(dropLine)],
    ],
  });
}

function retagged(phrases: MessageFigures["retagged"]): Markup {
  return table({
    caption: "Phrases that got another tag",
    none: "None did.",
    columns: [{ name: "Written as" }, { name: "Serves" }, { name: "Phrases", isNumber: true }],
    rows: phrases.map(({ from, to, count }) => [from, to, thousands(count)]),
  });
}
