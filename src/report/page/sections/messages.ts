import { histogram, meanWithInterval } from "../charts/histogram.ts";
import { tagShareChart } from "../charts/tag-share.ts";
import { verdictChart } from "../charts/verdicts.ts";
import type { MessageFigures, Report, VerdictCounts } from "../../../analysis/report.ts";
import { judgedPhrases, labelNames, labels } from "../../verdict-labels.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { counted, decimal, noNumber, share, thousands } from "../../../texts/number-text.ts";
import { paperTagShares } from "../../paper-figures.ts";
import { repairsTables } from "../repairs.ts";
import { folded, table } from "../table.ts";

/** What the system messages are made of, and what the judge said of their phrases. */
export function messagesSection({ overall: { messages, rows }, tagShares }: Report): Markup {
  const { tags } = messages;
  const judged = judgedPhrases(messages.verdicts);
  return html`<p class="lead">
      Shares are of rows in the dataset. Verdicts are of all phrases that came to the judge, those it removed and those of dropped rows too.
    </p>
    <div class="pair">
      <div>
        <h3>Rows with each tag, of ${thousands(rows.done)}</h3>
        ${rows.done === 0 ? html`<p class="none">No row is in the dataset.</p>` : tagShareChart(tags)}
      </div>
      <div>
        <h3>Verdicts on ${counted(judged, "phrase")}</h3>
        ${judged === 0 ? html`<p class="none">No phrase came to the judge.</p>` : verdictChart(tags)}
      </div>
    </div>
    ${wantedShares(tagShares)}
    ${folded(
      "Phrases and words a message",
      html`<div class="pair">
        ${histogram({ title: "Phrases a message", distributions: [{ name: "phrases", summary: messages.phrasesPerRow, colour: "kept" }] })}
        ${histogram({ title: "Words a message", distributions: [{ name: "words", summary: messages.words, colour: "kept" }] })}
      </div>`,
    )}
    ${folded("Tags and verdicts in numbers, beside the paper's shares", tagTable(messages, rows.done))}
    ${folded("Tags mended, pieces removed", repairsTables(messages))}`;
}

/** Wanted shares of tags, and what came of them. Nothing where none is wanted. */
function wantedShares(shares: Report["tagShares"]): Markup {
  if (shares.length === 0) return nothing;
  return table({
    caption: "Wanted shares of tags, and what came of them",
    columns: [
      { name: "Tag" },
      { name: "Wanted", isNumber: true },
      { name: "Got", isNumber: true },
      { name: "Rows with it", isNumber: true },
      { name: "Rows asked for it", isNumber: true },
      { name: "Of them have it", isNumber: true },
    ],
    rows: shares.map(({ tag, wanted, share: got, rows, asked, kept }) => [
      tag,
      share(wanted),
      share(got),
      thousands(rows),
      thousands(asked),
      thousands(kept),
    ]),
  });
}

function verdictCells(verdicts: VerdictCounts): string[] {
  const all = judgedPhrases(verdicts);
  return labels.map((label) => (all === 0 ? noNumber : `${thousands(verdicts[label])} (${share(verdicts[label] / all, 0)})`));
}

function tagTable(messages: MessageFigures, done: number): Markup {
  const { tags, verdicts, tagsPerRow, characters } = messages;
  return html`${table({
    caption: "Tags and verdicts",
    columns: [
      { name: "Tag" },
      { name: "Phrases", isNumber: true },
      { name: "Rows", isNumber: true },
      { name: "Share of rows", isNumber: true },
      { name: "Share in the paper", isNumber: true },
      ...labels.map((label) => ({ name: labelNames[label], isNumber: true })),
      { name: "Words a phrase (median)", isNumber: true },
    ],
    rows: [
      ...tags.map(({ tag, phrases, rows, share: of, verdicts: own, words }) => [
        tag,
        thousands(phrases),
        thousands(rows),
        done === 0 ? noNumber : share(of),
        share(Object.entries(paperTagShares).find(([name]) => name === tag)?.[1]),
        ...verdictCells(own),
        decimal(words?.median, 0),
      ]),
      [
        "All tags",
        thousands(tags.reduce((sum, { phrases }) => sum + phrases, 0)),
        thousands(done),
        noNumber,
        noNumber,
        ...verdictCells(verdicts),
        noNumber,
      ],
    ],
  })}${
    done === 0
      ? nothing
      : html`<p class="note">
          Means with 95% intervals: ${meanWithInterval(tagsPerRow, 2)} different tags and ${meanWithInterval(characters, 0)} characters a
          message (n = ${thousands(done)}). The paper's shares are LLaMA-3.1-8B's; its demonstrations never show Tool, ours show all tags.
        </p>`
  }`;
}
