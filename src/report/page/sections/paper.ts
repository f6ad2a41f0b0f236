import type { Report } from "../../../analysis/report.ts";
import { html, type Markup } from "../markup.ts";
import { decimal, noNumber, partOf, share } from "../../../texts/number-text.ts";
import { paperFigures, paperPreference, type PaperFigures } from "../../paper-figures.ts";
import { outOfHundred, scoreOf } from "../scores.ts";
import { table } from "../table.ts";

/** What a judge found, as far as the paper has a figure for it. */
export interface JudgedForPaper {
  readonly winRate: string;
  readonly obeyed: string;
}

/** The paper's figures beside the run's own, where they can be compared. */
export function paperSection({ overall }: Report, judged: JudgedForPaper | undefined): Markup {
  const { rows, messages, responses } = overall;
  if (rows.done === 0) return html`<p class="none">No row is in the dataset, so there is nothing to put beside the paper.</p>`;
  const score = (metric: string): string => {
    const found = scoreOf(responses, metric);
    return decimal(outOfHundred(found, found?.corpus ?? found?.summary?.mean), 1);
  };
  const mean = (metric: string): string => {
    const found = scoreOf(responses, metric);
    return decimal(outOfHundred(found, found?.summary?.mean), 1);
  };
  const outOf = (phase: string): string => partOf(rows.phases.find((flow) => flow.phase === phase)?.out ?? 0, rows.in);
  const content = messages.tags.find(({ tag }) => tag === "Content")?.verdicts;
  const removed =
    content === undefined ? noNumber : partOf(content.bad + content.none, content.good + content.bad + content.none + content.unparsed);
  const characters = responses.lengths.find(({ unit }) => unit === "characters");
  const theirs = (of: (figures: PaperFigures) => string): string[] => paperFigures.map(of);
  const { least, most, cells } = paperPreference;
  const lines: readonly (readonly [string, string, readonly string[], string])[] = [
    [
      "Rows left after filter",
      outOf("filter"),
      theirs(({ kept }) => share(kept.filter)),
      "the paper mends no tag and holds no model to a grammar",
    ],
    ["Rows left after verify", outOf("verify"), theirs(({ kept }) => share(kept.verify)), "there, all phrases of a tag share one verdict"],
    [
      "Content phrases Bad or None",
      removed,
      theirs(({ contentRemoved: [low, high] }) => `${decimal(low * 100, 0)}–${share(high, 0)}`),
      "there, the judge sees neither instruction nor A, at temperature 0.7; over its sets",
    ],
    [
      "ROUGE-1 F1",
      mean("rouge1"),
      theirs(({ rouge1 }) => decimal(rouge1, 1)),
      "the paper does not say which is the reference, nor whether words are stemmed",
    ],
    ["ROUGE-2 F1", mean("rouge2"), theirs(({ rouge2 }) => decimal(rouge2, 1)), "as above"],
    ["ROUGE-L F1", mean("rougeL"), theirs(({ rougeL }) => decimal(rougeL, 1)), "as above"],
    ["GLEU", score("gleu"), theirs(({ gleu }) => decimal(gleu, 1)), "corpus value here; the paper does not name its tokens"],
    [
      "BERTScore / similarity",
      mean("similarity"),
      theirs(({ bertScore }) => decimal(bertScore, 1)),
      "there, BERTScore, probably roberta-large without rescaling; here another model and measure, so the two do not compare",
    ],
    [
      "Length of A′ to A",
      decimal(characters?.ratioOfMeans),
      theirs(({ lengthRatio }) => decimal(lengthRatio)),
      "mean to mean, here in characters; where a new response is cut off, a gate may keep A",
    ],
    [
      "A′ obeys S, by a judge",
      judged?.obeyed ?? "not judged",
      theirs(({ aligned }) => share(aligned, 0)),
      "here phrase by phrase, those that apply; there, a message as a whole",
    ],
    [
      "A′ preferred to A, by a judge",
      judged?.winRate ?? "not judged",
      theirs(() => noNumber),
      `its figure 3: ${decimal(least * 100, 1)}–${share(most)} over ${cells} cells of model and data set; GPT-4o, 1,000 rows a cell, A always first, no tie allowed, system message hidden`,
    ],
  ];
  return html`<p class="lead">
      Other rows, other models, other prompts: the paper (arXiv 2502.11330) ran 806,796 rows of five sets, 88% of them mathematics or code,
      and judged its own phrases with the model that wrote them. Its figures are here for their size, not as a mark to reach.
    </p>
    ${table({
      caption: "The paper's figures beside this run's",
      isFirstWide: true,
      isLastWide: true,
      columns: [
        { name: "Figure" },
        { name: "This run", isNumber: true },
        ...paperFigures.map(({ model }) => ({ name: model, isNumber: true })),
        { name: "What differs" },
      ],
      rows: lines.map(([name, own, others, differs]) => [name, own, ...others, differs]),
    })}`;
}
