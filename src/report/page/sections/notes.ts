import type { Report } from "../../../analysis/report.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { thousands } from "../../../texts/number-text.ts";
import { folded, table } from "../table.ts";

const terms: readonly (readonly [string, string])[] = [
  ["A, A′", "A is the response of the input row and stands as the reference; A′ is the run's new response and stands as the prediction."],
  ["Phrase, tag", "A system message is made of phrases; each serves one of eight functionalities, its tag."],
  [
    "Good, Weak, Bad, None, unparsed",
    "What the judge says of a phrase. Weak: below its line, and kept as one of the best of its message. None is the paper's label for a tag that is missing. Unparsed: its answer held no verdict for the phrase; never counted as Good.",
  ],
  [
    "ROUGE-1, -2, -L",
    "F1 of shared words, pairs of words, and the longest common subsequence, as Google's rouge_score has them: lower case, ASCII letters and digits alone, no stemming. Rows in other scripts have no tokens there: read the values of Unicode, sysgen's own tokenizer.",
  ],
  [
    "BLEU",
    "Shared runs of one to four tokens against A, with a penalty for shorter texts (sacrebleu's 13a tokens, exponential smoothing). By response, and over the corpus.",
  ],
  ["GLEU", "Google's sentence measure: shared runs of one to four tokens over the larger of the two totals."],
  ["chrF", "F-score of shared runs of characters, which needs no words."],
  [
    "Length ratio",
    "Mean length of A′ over mean length of A; the median of the ratios row by row is beside it, since a few long responses move a mean.",
  ],
  ["Distinct-n", "Unique runs of n words over all runs of n words in all system messages."],
  ["Near-duplicates", "Messages that share about 80% of their runs of three words with another (MinHash)."],
  ["95% interval", "Percentile bootstrap over rows: rows are drawn anew, not single responses, since responses of one row hang together."],
];

/** How figures were made, and what to keep in mind. */
export function notesSection({ notes, bootstrapDraws, seed, run }: Report): Markup {
  return html`${
      notes.length === 0
        ? nothing
        : html`<h3>On this report</h3>
            <ul>
              ${notes.map((note) => html`<li>${note}</li>`)}
            </ul>`
    }
    <h3>Words</h3>
    <dl class="terms">
      ${terms.map(
        ([term, words]) =>
          html`<dt>${term}</dt>
            <dd>${words}</dd>`,
      )}
    </dl>
    <p class="note">
      Intervals: ${thousands(bootstrapDraws)} draws, seed ${String(seed)}. Every figure is in report.json, with more digits.
    </p>
    ${folded(
      "Settings that decide the rows' content",
      table({
        caption: "Settings of the run",
        none: "The run's manifest holds none.",
        columns: [{ name: "Setting" }, { name: "Value" }],
        rows: Object.entries(run.settings).map(([name, value]) => [
          name,
          html`<span class="id">${value === null ? "not set" : String(value)}</span>`,
        ]),
      }),
    )}`;
}
