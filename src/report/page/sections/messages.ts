import { histogram, meanWithInterval } from "../charts/histogram.ts";
import { tagShareChart } from "../charts/tag-share.ts";
import { verdictChart } from "../charts/verdicts.ts";
import type { Report, VerdictCounts } from "../../../analysis/report.ts";
import { judgedPhrases, labelNames, labels } from "../../verdict-labels.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { decimal, noNumber, share, thousands } from "../../../texts/number-text.ts";
import { table } from "../table.ts";

/** What the system messages are made of, and what the judge said of their phrases. */
export function messagesSection({ overall: { messages, rows } }: Report): Markup {
  const { tags } = messages;
  return html`<p class="lead">
      A system message is made of phrases, each with one of eight tags. Shares are of rows in the dataset; verdicts are of all phrases that
      came to the judge, those it removed and those of dropped rows too. Weak means below the judge's line, and kept as one of the best of
      its message. Unparsed means that its answer held no verdict for the phrase; it never counts as Good.
    </p>
    <div class="pair">
      <div>
        <h3>Rows with each tag</h3>
        ${rows.done === 0 ? html`<p class="none">No row is in the dataset.</p>` : tagShareChart(tags)}
      </div>
      <div>
        <h3>Verdicts on phrases</h3>
        ${judgedPhrases(messages.verdicts) === 0 ? html`<p class="none">No phrase came to the judge.</p>` : verdictChart(tags)}
      </div>
    </div>
    ${table({
      caption: "Tags and verdicts",
      columns: [
        { name: "Tag" },
        { name: "Phrases", isNumber: true },
        { name: "Rows", isNumber: true },
        { name: "Share of rows", isNumber: true },
        ...labels.map((label) => ({ name: labelNames[label], isNumber: true })),
        { name: "Words a phrase (median)", isNumber: true },
      ],
      rows: [
        ...tags.map(({ tag, phrases, rows: having, share: of, verdicts, words }) => [
          tag,
          thousands(phrases),
          thousands(having),
          rows.done === 0 ? noNumber : share(of),
          ...verdictCells(verdicts),
          decimal(words?.median, 0),
        ]),
        [
          "All tags",
          thousands(tags.reduce((sum, { phrases }) => sum + phrases, 0)),
          noNumber,
          noNumber,
          ...verdictCells(messages.verdicts),
          noNumber,
        ],
      ],
    })}
    <div class="pair">
      ${histogram({ title: "Phrases a message", distributions: [{ name: "phrases", summary: messages.phrasesPerRow, colour: "kept" }] })}
      ${histogram({ title: "Words a message", distributions: [{ name: "words", summary: messages.words, colour: "kept" }] })}
    </div>
    ${
      rows.done === 0
        ? nothing
        : html`<p class="note">
            Means with 95% intervals: ${meanWithInterval(messages.phrasesPerRow, 2)} phrases, ${meanWithInterval(messages.tagsPerRow, 2)}
            different tags, ${meanWithInterval(messages.words, 1)} words and ${meanWithInterval(messages.characters, 0)} characters a
            message.
          </p>`
    }`;
}

function verdictCells(verdicts: VerdictCounts): string[] {
  const all = judgedPhrases(verdicts);
  return labels.map((label) => (all === 0 ? noNumber : `${thousands(verdicts[label])} (${share(verdicts[label] / all, 0)})`));
}
