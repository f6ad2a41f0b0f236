import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { referenceCorpus, referencePairs } from "../../../test/fixtures/metric-values.ts";
import { CommonSubsequence } from "./common-subsequence.ts";
import { metrics, scoreOf } from "./index.ts";
import type { Metric } from "./metric.ts";
import { NgramCounter } from "./ngram-overlap.ts";
import { TextPairs } from "./text-pair.ts";
import { tokenizers, type TokenizerName } from "./tokenizers.ts";

function metricOf(name: string, tokenizer: Metric["tokenizer"]): Metric {
  const found = metrics.find((candidate) => candidate.metric === name && candidate.tokenizer === tokenizer);
  if (found === undefined) throw new Error(`no metric ${name} (${tokenizer})`);
  return found;
}

function tokens(tokenizer: TokenizerName, text: string): string[] {
  const found: string[] = [];
  tokenizers[tokenizer](text, (token) => found.push(token));
  return found;
}

describe("the reference implementations' values", () => {
  // The first entry of a name in the table has the reference tokenizer.
  const firstOfName = new Map(metrics.toReversed().map((metric) => [metric.metric, metric]));

  test.each(referencePairs)("$response", ({ original, response, values }) => {
    expect(Object.keys(values).toSorted()).toEqual([...firstOfName.keys()].toSorted());
    for (const [name, metric] of firstOfName) expect(scoreOf(metric, original, response), name).toBeCloseTo(values[name] ?? NaN, 6);
  });

  test("of a whole set", () => {
    const pairs = new TextPairs();
    const scores = { bleu: metricOf("bleu", "13a").corpus?.(), gleu: metricOf("gleu", "13a").corpus?.() };
    for (const { original, response } of referencePairs) {
      const pair = pairs.pair(original, response);
      scores.bleu?.add(pair);
      scores.gleu?.add(pair);
    }
    expect(scores.bleu?.value()).toBeCloseTo(referenceCorpus.bleu, 6);
    expect(scores.gleu?.value()).toBeCloseTo(referenceCorpus.gleu, 6);
  });

  // Wu et al.'s example as NLTK's documentation has it.
  test("GLEU of a word said seven times", () => {
    expect(scoreOf(metricOf("gleu", "13a"), "the cat is on the mat", "the the the the the the the")).toBeCloseTo(2 / 22, 6);
  });

  test("precision is of A', recall of A", () => {
    const pair = new TextPairs().pair("one two three four", "one two");
    expect(metricOf("rouge1", "rouge").parts?.(pair)).toEqual({ precision: 1, recall: 0.5 });
    expect(metricOf("rougeL", "rouge").parts?.(pair)).toEqual({ precision: 1, recall: 0.5 });
  });
});

describe("any two texts", () => {
  const text = fc.array(fc.constantFrom("a", "b", "constructor", "__proto__", "é", "家", "1.5", "\n", "-", "&lt;", "🙂"), {
    maxLength: 80,
  });

  test("have scores within their range, in any order of pairs, and the best with themselves", () => {
    const pairs = new TextPairs();
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [original, response] = [a.join(" "), b.join(" ")];
        for (const metric of metrics) {
          const score = metric.score(pairs.pair(original, response));
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(metric.most + 1e-9);
          expect(score).toBe(scoreOf(metric, original, response));
          const own = metric.score(pairs.pair(original, original));
          expect(own === 0 || Math.abs(own - metric.most) < 1e-9, `${metric.label} of a text with itself: ${own}`).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("of no words score 0", () => {
    for (const metric of metrics)
      for (const [a, b] of [
        ["", ""],
        ["", "word"],
        ["word", ""],
        ["...", "\n"],
      ] as const)
        if (metric.tokenizer !== "13a" && metric.tokenizer !== "characters") expect(scoreOf(metric, a, b), metric.label).toBe(0);
  });

  const ids = fc.array(fc.nat(5), { maxLength: 150 }).map((list) => Int32Array.from(list));

  test("share as many words in order as the textbook's table says", () => {
    const subsequences = new CommonSubsequence();
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        expect(subsequences.length(a, b, 6)).toBe(textbookLength(a, b));
      }),
    );
  });

  test("share the n-grams that counting them as strings finds", () => {
    const counter = new NgramCounter();
    fc.assert(
      fc.property(ids, ids, (a, b) => {
        expect(counter.overlap(a, b, 4).matches).toEqual([1, 2, 3, 4].map((n) => sharedAsStrings(a, b, n)));
      }),
    );
  });
});

describe("tokenizers", () => {
  test("rouge drops every letter outside a to z; unicode keeps them", () => {
    expect(tokens("rouge", "Ein Café, don't!")).toEqual(["ein", "caf", "don", "t"]);
    expect(tokens("unicode", "Ein Café, don't!")).toEqual(["ein", "café", "don", "t"]);
    expect(tokens("rouge", "Я живу")).toEqual([]);
    expect(tokens("unicode", "Я живу")).toEqual(["я", "живу"]);
  });

  test("unicode cuts scripts without spaces into characters, and folds widths", () => {
    expect(tokens("unicode", "我住 Tokyo１号 𠮷野")).toEqual(["我", "住", "tokyo1", "号", "𠮷", "野"]);
  });

  test("13a keeps case, parts punctuation, and leaves numbers whole", () => {
    expect(tokens("13a", "Rose 3-4% (to $1,000.50), e.g.")).toEqual([
      "Rose",
      "3",
      "-",
      "4",
      "%",
      "(",
      "to",
      "$",
      "1,000.50",
      ")",
      ",",
      "e",
      ".",
      "g",
      ".",
    ]);
  });
});

function textbookLength(a: Int32Array, b: Int32Array): number {
  const lengths = Array.from({ length: b.length + 1 }, () => 0);
  for (const token of a) {
    let diagonal = 0;
    for (let at = 1; at <= b.length; at++) {
      const above = lengths[at] ?? 0;
      lengths[at] = token === b[at - 1] ? diagonal + 1 : Math.max(above, lengths[at - 1] ?? 0);
      diagonal = above;
    }
  }
  return lengths[b.length] ?? 0;
}

function sharedAsStrings(a: Int32Array, b: Int32Array, n: number): number {
  const grams = (list: Int32Array): string[] =>
    Array.from({ length: Math.max(0, list.length - n + 1) }, (_, at) => list.slice(at, at + n).join(" "));
  const left = new Map<string, number>();
  for (const gram of grams(a)) left.set(gram, (left.get(gram) ?? 0) + 1);
  let shared = 0;
  for (const gram of grams(b)) {
    const count = left.get(gram) ?? 0;
    if (count > 0) shared++;
    left.set(gram, count - 1);
  }
  return shared;
}
