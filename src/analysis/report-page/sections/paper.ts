import type { Report } from "../../report.ts";
import { html, type Markup } from "../markup.ts";
import { decimal, noNumber, partOf, share } from "../numbers.ts";
import { paperFigures, paperModels, paperPreference, paperTagShare } from "../paper-figures.ts";
import { outOfHundred, scoreOf } from "../scores.ts";
import { table } from "../table.ts";

/** What a judge found, as far as the paper has a figure for it. */
export interface JudgedForPaper {
  readonly winRate: string;
  readonly obeyed: string;
}

/** The paper's figures beside the run's own, where they compare. */
export function paperSection({ overall }: Report, judged: JudgedForPaper | undefined): Markup {
  const { rows, messages, responses } = overall;
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
  const lines: readonly (readonly [string, string, readonly string[], string])[] = [
    ["Rows kept after filter", outOf("filter"), paperFigures.keptAfterFilter, "the paper mends no tag and holds no model to a grammar"],
    ["Rows kept after verify", outOf("verify"), paperFigures.keptAfterVerify, "there, all phrases of a tag share one verdict"],
    [
      "Content phrases Bad or None",
      removed,
      paperFigures.contentRemoved,
      "there, the judge sees neither instruction nor A, at temperature 0.7",
    ],
    ["ROUGE-1 F1", mean("rouge1"), paperFigures.rouge1, "the paper does not say which is the reference, nor whether words are stemmed"],
    ["ROUGE-2 F1", mean("rouge2"), paperFigures.rouge2, "as above"],
    ["ROUGE-L F1", mean("rougeL"), paperFigures.rougeL, "as above"],
    ["GLEU", score("gleu"), paperFigures.gleu, "corpus value here; the paper does not name its tokens"],
    [
      "BERTScore / similarity",
      mean("similarity"),
      paperFigures.bertScore,
      "there, BERTScore, probably roberta-large without rescaling; here another model and measure, so the two do not compare",
    ],
    [
      "Length of A′ to A",
      decimal(characters?.ratioOfMeans),
      paperFigures.lengthRatio,
      "mean to mean, here in characters; gates keep A where a new response is cut off",
    ],
    [
      "A′ obeys S, by a judge",
      judged?.obeyed ?? "not judged",
      paperFigures.aligned,
      "here phrase by phrase, those that apply; there, a message as a whole",
    ],
    [
      "A′ preferred to A, by a judge",
      judged?.winRate ?? "not judged",
      [noNumber, noNumber, noNumber],
      `Figure 3: ${paperPreference} over 15 cells of model and data set; GPT-4o, 1,000 rows a cell, A always first, no tie allowed, system message hidden`,
    ],
  ];
  return html`<p class="lead">
      Other rows, other models, other prompts: the paper (arXiv 2502.11330) ran 806,796 rows of five sets, 88% of them mathematics or code,
      and judged its own phrases with the model that wrote them. Its figures are here for their size, not as a mark to reach.
    </p>
    ${table({
      caption: "The paper's figures beside this run's",
      isFirstWide: true,
      columns: [
        { name: "Figure" },
        { name: "This run", isNumber: true },
        ...paperModels.map((name) => ({ name, isNumber: true })),
        { name: "What differs" },
      ],
      rows: lines.map(([name, own, theirs, differs]) => [name, own, ...theirs, differs]),
    })}
    ${table({
      caption: "Share of rows with each tag, beside the paper's LLaMA-3.1-8B",
      columns: [
        { name: "Tag" },
        { name: "This run", isNumber: true },
        { name: "Paper", isNumber: true },
        { name: "Difference in points", isNumber: true },
      ],
      rows: messages.tags.map(({ tag, share: own }) => [
        tag,
        rows.done === 0 ? noNumber : share(own),
        share(paperTagShare[tag]),
        rows.done === 0 ? noNumber : signed((own - paperTagShare[tag]) * 100),
      ]),
    })}
    <p class="note">The paper's demonstrations never show Tool; its rows have it in 2 to 17%, by model. Ours show all eight tags.</p>`;
}

function signed(value: number): string {
  const written = decimal(Math.abs(value), 1);
  return written === "0.0" ? written : `${value < 0 ? "−" : "+"}${written}`;
}
