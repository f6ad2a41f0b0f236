import type { Report } from "../../../analysis/report.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { counted, decimal, share, thousands } from "../../../texts/number-text.ts";
import { barCell, folded, table } from "../table.ts";
import { cut } from "../compared-texts.ts";

/** How different the system messages are from each other, and what leaks into them. */
export function diversitySection({ overall: { diversity } }: Report): Markup {
  const {
    messages,
    differentMessages,
    distinct,
    compressionRatio,
    nearDuplicates,
    tagCombinations,
    copiedFromResponse: copied,
    demonstrations,
  } = diversity;
  if (messages === 0) return html`<p class="none">There are no system messages.</p>`;
  return html`<p class="lead">
      The method's claim is variety: system messages that differ as the rows do. Distinct-n falls as messages grow in number, so compare
      runs by its value in a thousand messages.
    </p>
    ${table({
      caption: `Diversity of ${counted(messages, "system message")}`,
      isLastWide: true,
      columns: [{ name: "Measure" }, { name: "Value", isNumber: true }, { name: "How to read it" }],
      rows: [
        ...(differentMessages === undefined
          ? []
          : [
              [
                "Different messages",
                `${share(differentMessages / messages)} (${thousands(differentMessages)})`,
                "messages that differ from each other in their words",
              ],
            ]),
        ...distinct.map(({ n, all, perThousand }) => [
          `Distinct-${n}`,
          perThousand === null ? decimal(all, 3) : `${decimal(all, 3)}; ${decimal(perThousand, 3)} in a thousand`,
          `unique ${["words", "pairs of words", "runs of three words"][n - 1] ?? "n-grams"} over all; 1 is no repetition`,
        ]),
        [
          "Compression ratio",
          decimal(compressionRatio),
          "bytes over bytes under gzip; plain prose is at 2 to 3, higher is more repetitive",
        ],
        ...(nearDuplicates === null
          ? []
          : [
              [
                "Near-duplicates",
                `${share(nearDuplicates.share)} (${thousands(nearDuplicates.messages)})`,
                `messages almost the same as another; ${counted(nearDuplicates.clusters, "cluster")}, the largest of ${thousands(nearDuplicates.largest)}`,
              ],
            ]),
        [
          "Sets of tags",
          `${thousands(tagCombinations.different)}; ${decimal(tagCombinations.entropyBits)} bits`,
          "different sets, and the entropy of their shares; 0 bits is always the same set",
        ],
        [
          "Copied from A",
          `${share(copied.share)} (${thousands(copied.rows)})`,
          `messages with ${thousands(copied.atLeastWords)} words in a row of A that the instruction does not hold${longest(copied.longest)}`,
        ],
        [
          "From demonstrations",
          `${share(demonstrations.share)} (${thousands(demonstrations.rows)})`,
          `messages with ${thousands(demonstrations.atLeastWords)} words in a row of the prompt's own examples; ${counted(demonstrations.phrases, "phrase")} are theirs word by word`,
        ],
      ],
    })}
    ${folded(
      "The most frequent sets of tags",
      table({
        caption: "The most frequent sets of tags",
        columns: [{ name: "Tags" }, { name: "Rows", isNumber: true }, { name: "Share", isNumber: true }],
        rows: tagCombinations.top
          .slice(0, 10)
          .map(({ tags, rows, share: of }) => [tags.length === 0 ? "(none)" : tags.join(" · "), thousands(rows), barCell(of, share(of))]),
      }),
    )}
    ${
      nearDuplicates === null || nearDuplicates.examples.length === 0
        ? nothing
        : folded(
            "The largest clusters of near-duplicates",
            table({
              caption: "Clusters of near-duplicates, each with its first message",
              columns: [{ name: "Message" }, { name: "Messages", isNumber: true }],
              rows: nearDuplicates.examples.map(({ text, size }) => [quoted(text), thousands(size)]),
            }),
          )
    }
    ${
      demonstrations.top.length === 0
        ? nothing
        : folded(
            "Phrases taken over from the prompt's demonstrations",
            table({
              caption: "Phrases of the demonstrations that occur most",
              columns: [{ name: "Phrase" }, { name: "Times", isNumber: true }],
              rows: demonstrations.top.map(({ text, phrases }) => [quoted(text), thousands(phrases)]),
            }),
          )
    }
    ${
      copied.longest === null || copied.rows === 0
        ? nothing
        : html`<p class="note">
            The longest run copied from A (row <span class="id">${copied.longest.id}</span>, ${counted(copied.longest.words, "word")}):
            ${quoted(copied.longest.text)}
          </p>`
    }`;
}

function longest(found: { readonly words: number } | null): string {
  return found === null ? "" : `; the longest run has ${counted(found.words, "word")}`;
}

function quoted(text: string): Markup {
  const { text: start, rest } = cut(text, 300);
  return html`<q class="text" dir="auto">${start}</q>${rest}`;
}
