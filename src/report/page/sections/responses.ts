import { formatChangeChart } from "../charts/format-change.ts";
import { histogram, meanWithInterval } from "../charts/histogram.ts";
import type { Comparison, LengthFigures, Report, ScoreFigures, Summary } from "../../../analysis/report.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { counted, decimal, noNumber, partOf, thousands } from "../../../texts/number-text.ts";
import { outOfHundred, scoreOf } from "../scores.ts";
import { folded, table } from "../table.ts";

const tokenizers: Readonly<Record<ScoreFigures["tokenizer"], string>> = {
  rouge: "Google's (ASCII)",
  "13a": "13a",
  unicode: "Unicode",
  characters: "characters",
  model: "the model's",
  own: "your own",
};

/** How the new responses differ from the old ones. */
export function responsesSection({ overall: { responses } }: Report): Markup {
  const { keptOriginal, untouched, identical } = responses;
  const left = [
    keptOriginal > 0 ? `${counted(keptOriginal, "response")} that a gate made the original again` : "",
    untouched > 0 ? `${counted(untouched, "response")} not to be written anew (earlier turns, calls of tools, masked turns)` : "",
  ].filter((part) => part !== "");
  const leftOut = left.length > 0 ? ` Left out: ${left.join(" and ")}.` : "";
  if (responses.responses === 0) return html`<p class="none">No response was written anew, so there is nothing to compare.${leftOut}</p>`;
  return html`<p class="lead">
      A is the response of the input, A′ the one that was written to obey the system message. Overlap says how much was rewritten, not which
      is better. ${counted(responses.responses, "response")} of ${counted(responses.rows, "row")} compared; ${thousands(identical)} came out
      word for word the same.${leftOut}
    </p>
    ${scoreTable(responses)}
    <div class="pair">${histogramOfScore(responses, "rougeL", "ROUGE-L of A′ against A")} ${ratios(responses)}</div>
    ${folded(
      "Lengths, format, words and BLEU",
      html`${lengthTable(responses)}
        <div class="pair">${histogramOfScore(responses, "bleu", "Sentence BLEU of A′ against A")} ${wordCounts(responses)}</div>
        <div class="pair">
          <div>
            <h3>Responses with a structure, of ${thousands(responses.responses)}</h3>
            ${formatChangeChart(responses.formats, responses.responses)}
          </div>
          <div>${formatTable(responses)}</div>
        </div>`,
    )}`;
}

/**
 * Scores out of 100, one metric and tokenizer a line. Tokenizers that give a metric the same
 * figures share a line.
 */
function scoreTable({ scores, responses }: Comparison): Markup {
  const lines = new Map<string, { readonly label: string; readonly tokens: string[]; readonly cells: readonly string[] }>();
  for (const score of scores) {
    const cells = scoreCells(score);
    const key = JSON.stringify([score.metric, cells]);
    const line = lines.get(key) ?? { label: score.label, tokens: [], cells };
    line.tokens.push(tokenizers[score.tokenizer]);
    lines.set(key, line);
  }
  return table({
    caption: `Overlap of A′ with A, out of 100 (n = ${thousands(responses)})`,
    isFirstWide: true,
    columns: [
      { name: "Metric" },
      { name: "Tokens" },
      { name: "Mean (95% interval)", isNumber: true },
      { name: "Median", isNumber: true },
      { name: "5th to 95th percentile", isNumber: true },
      { name: "Precision", isNumber: true },
      { name: "Recall", isNumber: true },
      { name: "Corpus", isNumber: true },
    ],
    rows: [...lines.values()].map(({ label, tokens, cells }) => [label, tokens.join(" and "), ...cells]),
  });
}

function scoreCells(score: ScoreFigures): string[] {
  const { summary, precision, recall, corpus } = score;
  const of = (value: number | null | undefined): string => decimal(outOfHundred(score, value), 1);
  return [
    summary === null ? noNumber : meanWithInterval(scaled(summary, 100 / score.most), 1),
    of(summary?.median),
    summary === null ? noNumber : `${of(summary.p05)} to ${of(summary.p95)}`,
    of(precision),
    of(recall),
    of(corpus),
  ];
}

function histogramOfScore(responses: Comparison, metric: string, title: string): Markup {
  const score = scoreOf(responses, metric);
  if (score === undefined) return nothing;
  const summary = score.summary === null ? null : scaled(score.summary, 100 / score.most);
  return histogram({ title, digits: 1, distributions: [{ name: score.label, summary, colour: "response" }] });
}

function wordsOf({ lengths }: Comparison): LengthFigures | undefined {
  return lengths.find(({ unit }) => unit === "words");
}

function ratios(responses: Comparison): Markup {
  return histogram({
    title: "Length ratio, A′ to A in words",
    digits: 2,
    landmark: { value: 1, name: "same length" },
    distributions: [{ name: "ratio", summary: wordsOf(responses)?.ratio ?? null, colour: "response" }],
  });
}

function wordCounts(responses: Comparison): Markup {
  const words = wordsOf(responses);
  return histogram({
    title: "Words a response",
    distributions: [
      { name: "A", summary: words?.original ?? null, colour: "original" },
      { name: "A′", summary: words?.response ?? null, colour: "response" },
    ],
  });
}

function lengthTable({ lengths: all, responses }: Comparison): Markup {
  return table({
    caption: `Length of A′ to A (n = ${thousands(responses)})`,
    columns: [
      { name: "Unit" },
      { name: "Mean of A", isNumber: true },
      { name: "Mean of A′", isNumber: true },
      { name: "Ratio of means (95% interval)", isNumber: true },
      { name: "Median of ratios", isNumber: true },
      { name: "Middle half of ratios", isNumber: true },
    ],
    rows: all.map((length) => [
      length.tokenizer === null ? length.unit : `${length.unit} (${length.tokenizer})`,
      decimal(length.original?.mean, 1),
      decimal(length.response?.mean, 1),
      ratioOf(length),
      decimal(length.ratio?.median),
      length.ratio === null ? noNumber : `${decimal(length.ratio.p25)} to ${decimal(length.ratio.p75)}`,
    ]),
  });
}

function ratioOf({ ratioOfMeans, ratioInterval }: LengthFigures): string {
  const interval = ratioInterval === null ? "" : ` (${decimal(ratioInterval[0])} to ${decimal(ratioInterval[1])})`;
  return `${decimal(ratioOfMeans)}${interval}`;
}

function formatTable({ formats, responses }: Comparison): Markup {
  return table({
    caption: "Responses with each structure",
    none: "No responses to compare.",
    columns: [
      { name: "Structure" },
      { name: "In A", isNumber: true },
      { name: "In A′", isNumber: true },
      { name: "Came", isNumber: true },
      { name: "Went", isNumber: true },
    ],
    rows: formats.map(({ label, both, onlyOriginal, onlyResponse }) => [
      label,
      partOf(both + onlyOriginal, responses),
      partOf(both + onlyResponse, responses),
      thousands(onlyResponse),
      thousands(onlyOriginal),
    ]),
  });
}

/** The summary on another scale. */
function scaled(summary: Summary, by: number): Summary {
  if (by === 1) return summary;
  const { n, mean, interval, sd, min, p05, p25, median, p75, p95, max, histogram: bins } = summary;
  return {
    n,
    mean: mean * by,
    interval: interval === null ? null : [interval[0] * by, interval[1] * by],
    sd: sd * by,
    min: min * by,
    p05: p05 * by,
    p25: p25 * by,
    median: median * by,
    p75: p75 * by,
    p95: p95 * by,
    max: max * by,
    histogram: { ...bins, edges: bins.edges.map((edge) => edge * by) },
  };
}
