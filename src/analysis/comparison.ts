import { forms, formsIn, type Form } from "../texts/markdown-forms.ts";
import { metrics } from "./metrics/index.ts";
import type { CorpusScore, Metric } from "./metrics/metric.ts";
import type { TextPair } from "./metrics/text-pair.ts";
import type { Comparison, FormatFigures, LengthFigures, ScoreFigures } from "./report.ts";
import type { GroupedBootstrap } from "../statistics/bootstrap.ts";
import { Distribution } from "../statistics/distribution.ts";
import { rounded } from "../statistics/rounded.ts";
import { scales } from "../statistics/scale.ts";
import type { LeftOut } from "./left-out.ts";

/**
 * What is known of one response A' beside its original A. It is worked out once and counted in
 * several places.
 */
export interface ComparedResponse {
  /** The score of each metric, in the order of the table of metrics, then of the user's own. */
  readonly scores: readonly number[];
  readonly parts: readonly ({ readonly precision: number; readonly recall: number } | undefined)[];
  readonly pair: TextPair;
  readonly lengths: readonly ComparedLength[];
  readonly originalForms: ReadonlySet<Form>;
  readonly responseForms: ReadonlySet<Form>;
  readonly identical: boolean;
  /** Cosine of the texts' embeddings. Undefined if no embedding model was asked for. */
  readonly similarity: number | undefined;
}

export interface ComparedLength {
  readonly unit: LengthFigures["unit"];
  readonly original: number;
  readonly response: number;
}

/**
 * Compares A with A'.
 * @param pair The pair that `TextPairs` made of the two texts.
 */
export function compare(
  original: string,
  response: string,
  pair: TextPair,
  more: { tokens?: readonly [number, number] | undefined; similarity?: number | undefined; ownScores?: readonly number[] } = {},
): ComparedResponse {
  const words = pair.lengths("unicode");
  return {
    scores: [...metrics.map((metric) => metric.score(pair)), ...(more.ownScores ?? [])],
    parts: metrics.map((metric) => metric.parts?.(pair)),
    pair,
    lengths: [
      { unit: "characters", original: original.length, response: response.length },
      { unit: "words", original: words.reference, response: words.prediction },
      ...(more.tokens ? [{ unit: "tokens" as const, original: more.tokens[0], response: more.tokens[1] }] : []),
    ],
    originalForms: formsIn(original),
    responseForms: formsIn(response),
    identical: original === response,
    similarity: more.similarity,
  };
}

/** A metric whose scores are known. */
export type CountedMetric = Omit<Metric, "score">;

class ScoreCounts {
  readonly #metric: CountedMetric;
  readonly #scores: Distribution;
  readonly #corpus: CorpusScore | undefined;
  #precision = 0;
  #recall = 0;

  constructor(metric: CountedMetric, bootstrap: GroupedBootstrap) {
    this.#metric = metric;
    this.#scores = new Distribution(metric.most === 1 ? scales.one : scales.hundred, bootstrap);
    this.#corpus = metric.corpus?.();
  }

  add(score: number, parts: ComparedResponse["parts"][number], pair: TextPair): void {
    this.#scores.add(score);
    this.#corpus?.add(pair);
    if (parts === undefined) return;
    this.#precision += parts.precision;
    this.#recall += parts.recall;
  }

  figures(): ScoreFigures {
    const { metric, label, tokenizer, most } = this.#metric;
    const hasParts = this.#metric.parts !== undefined;
    const { n } = this.#scores;
    const mean = (sum: number): number | null => (!hasParts || n === 0 ? null : rounded(sum / n));
    return {
      metric,
      label,
      tokenizer,
      most,
      summary: this.#scores.summary(),
      corpus: this.#corpus === undefined || n === 0 ? null : rounded(this.#corpus.value()),
      precision: mean(this.#precision),
      recall: mean(this.#recall),
    };
  }
}

class LengthCounts {
  readonly #unit: LengthFigures["unit"];
  readonly #bootstrap: GroupedBootstrap;
  readonly #original: Distribution;
  readonly #response: Distribution;
  readonly #ratio: Distribution;

  constructor(unit: LengthFigures["unit"], bootstrap: GroupedBootstrap) {
    this.#unit = unit;
    this.#bootstrap = bootstrap;
    this.#original = new Distribution(scales.length, bootstrap);
    this.#response = new Distribution(scales.length, bootstrap);
    this.#ratio = new Distribution(scales.ratio, bootstrap);
  }

  add({ original, response }: ComparedLength): void {
    this.#original.add(original);
    this.#response.add(response);
    if (original > 0) this.#ratio.add(response / original);
  }

  figures(tokenizer: string | null): LengthFigures {
    const before = this.#original;
    const after = this.#response;
    const interval = before.mean > 0 ? this.#bootstrap.interval(after.groups.sums, before.groups.sums) : undefined;
    return {
      unit: this.#unit,
      tokenizer: this.#unit === "tokens" ? tokenizer : null,
      original: before.summary(),
      response: after.summary(),
      ratioOfMeans: before.mean > 0 ? rounded(after.mean / before.mean) : null,
      ratioInterval: interval ? [rounded(interval[0]), rounded(interval[1])] : null,
      ratio: this.#ratio.summary(),
    };
  }
}

/** A against A' over many responses. */
export class ComparisonCounts {
  readonly #scores: readonly ScoreCounts[];
  readonly #lengths: Readonly<Record<LengthFigures["unit"], LengthCounts>>;
  readonly #forms = new Map<Form, { both: number; onlyOriginal: number; onlyResponse: number; neither: number }>(
    forms.map(({ form }) => [form, { both: 0, onlyOriginal: 0, onlyResponse: 0, neither: 0 }]),
  );
  readonly #leftOut: Record<LeftOut, number> = { keptOriginal: 0, untouched: 0 };
  readonly #similarity: Distribution;
  #rows = 0;
  #responses = 0;
  #identical = 0;

  /** @param own Metrics of the user's own. */
  constructor(bootstrap: GroupedBootstrap, own: readonly CountedMetric[] = []) {
    this.#scores = [...metrics, ...own].map((metric) => new ScoreCounts(metric, bootstrap));
    this.#lengths = {
      characters: new LengthCounts("characters", bootstrap),
      words: new LengthCounts("words", bootstrap),
      tokens: new LengthCounts("tokens", bootstrap),
    };
    this.#similarity = new Distribution(scales.one, bootstrap);
  }

  /**
   * Counts a row. Its responses are added one by one, each while its pair is the last that
   * `TextPairs` made.
   */
  addRow(): void {
    this.#rows++;
  }

  leaveOut(why: LeftOut): void {
    this.#leftOut[why]++;
  }

  add(compared: ComparedResponse): void {
    this.#responses++;
    if (compared.identical) this.#identical++;
    this.#scores.forEach((counts, index) => counts.add(compared.scores[index] ?? 0, compared.parts[index], compared.pair));
    for (const length of compared.lengths) this.#lengths[length.unit].add(length);
    for (const [form, counts] of this.#forms) counts[changeOf(form, compared)]++;
    if (compared.similarity !== undefined) this.#similarity.add(compared.similarity);
  }

  /**
   * @param names The tokenizer and the embedding model that were used. Null for what was not asked
   * for.
   */
  figures(names: { readonly tokenizer: string | null; readonly similarity: string | null }): Comparison {
    const { characters, words, tokens } = this.#lengths;
    const similarity: ScoreFigures[] =
      names.similarity === null
        ? []
        : [
            {
              metric: "similarity",
              label: `cosine (${names.similarity})`,
              tokenizer: "model",
              most: 1,
              summary: this.#similarity.summary(),
              corpus: null,
              precision: null,
              recall: null,
            },
          ];
    return {
      rows: this.#rows,
      responses: this.#responses,
      ...this.#leftOut,
      identical: this.#identical,
      scores: [...this.#scores.map((counts) => counts.figures()), ...similarity],
      lengths: [words, characters, ...(names.tokenizer === null ? [] : [tokens])].map((counts) => counts.figures(names.tokenizer)),
      formats: forms.map(({ form, label }): FormatFigures => {
        const { both = 0, onlyOriginal = 0, onlyResponse = 0, neither = 0 } = this.#forms.get(form) ?? {};
        return { form, label, both, onlyOriginal, onlyResponse, neither };
      }),
    };
  }
}

function changeOf(form: Form, { originalForms, responseForms }: ComparedResponse): "both" | "onlyOriginal" | "onlyResponse" | "neither" {
  if (originalForms.has(form)) return responseForms.has(form) ? "both" : "onlyOriginal";
  return responseForms.has(form) ? "onlyResponse" : "neither";
}
