import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { asChat } from "../../phases/respond.ts";
import { mean } from "../../statistics/sampling.ts";
import type { Asker, Benchmark, Scored, Walk } from "../benchmarks/benchmark.ts";
import { figuresOf, meanOf, type FigureParts } from "../benchmarks/figures.ts";
import { askObedience } from "../judge/ask.ts";
import { obedienceMessages, obedienceQuestion } from "../judge/phrase-question.ts";
import type { ObeyedPhrase } from "../judge/row-verdicts.ts";
import type { Purpose } from "../../records/purpose.ts";
import { readOwnRows, type OwnRow } from "./rows.ts";

const judgeOwn: Purpose = { name: "own-phrases", rank: 1, tokenSetting: "--judge-max-output-tokens" };

const detailSchema = z.object({
  response: z.string(),
  phrases: z.array(
    z.object({
      tag: z.string(),
      text: z.string(),
      verdict: z.enum(["obeyed", "violated", "not-applicable", "unparsed"]),
      /** Probability of obeyed, as against violated. Null where the answer could not be read. */
      probability: z.number().nullable(),
    }),
  ),
});
type Detail = z.infer<typeof detailSchema>;
type JudgedPhrase = Detail["phrases"][number];

/**
 * The question of obedience of `sysgen judge` (docs/judge.md), on new answers to rows of a run that
 * the model did not see. The judge is taken at its word, at even odds, so that the figures of
 * several models have the same line.
 */
export const own: Benchmark = {
  name: "own",
  title: "held-out rows",
  source: "docs/judge.md",
  checkedBy: "judge",
  mainFigure: "obeyed",
  maxOutputTokens: 1_024,
  purposes: [judgeOwn],
  prompts: () => [
    obedienceMessages({ new: { history: [{ role: "user", content: "Q" }], response: "A" } }),
    obedienceQuestion({ tag: "Task", text: "T" }),
  ],
  async load({ data, run, ...options }) {
    if (data !== undefined) throw new UsageError("own asks about rows of a run: name its directory with --run, and no --data.");
    if (run === undefined) throw new UsageError("own asks about rows of a run. Name its directory: --run runs/mine");
    const read = await readOwnRows(run, options);
    return {
      data: read.data,
      walks: read.rows.map((row): Walk => ({ id: row.id, take: (ask) => takeRow(row, ask) })),
      figures: (scored, bootstrap) => figuresOf([...ownFigures(scored)], bootstrap),
    };
  },
};

async function takeRow({ id, systemMessage, phrases, history }: OwnRow, ask: Asker): Promise<Scored> {
  const { text: response } = await ask.answer([{ role: "system", content: systemMessage }, ...asChat(history)]);
  const { purpose, ...context } = ask.judging(judgeOwn);
  const judged = await askObedience({ new: { history, response } }, phrases, purpose, { votes: ask.judgeRuns }, context);
  const detail: Detail = { response, phrases: judged.map(judgedPhrase) };
  return { id, scores: { obeyed: obeyedShare(detail.phrases), probability: meanProbability(detail.phrases) }, detail };
}

function judgedPhrase({ tag, text, verdict, score }: ObeyedPhrase): JudgedPhrase {
  return { tag, text, verdict, probability: score === undefined ? null : Math.round(10_000 / (1 + Math.exp(-score))) / 10_000 };
}

/** The share of obeyed ones among a row's phrases that apply. Null where there is none. */
function obeyedShare(phrases: readonly JudgedPhrase[]): number | null {
  const [obeyed, violated] = (["obeyed", "violated"] as const).map(
    (verdict) => phrases.filter((phrase) => phrase.verdict === verdict).length,
  );
  const counted = (obeyed ?? 0) + (violated ?? 0);
  return counted === 0 ? null : (obeyed ?? 0) / counted;
}

function meanProbability(phrases: readonly JudgedPhrase[]): number | null {
  const known = phrases.flatMap(({ verdict, probability }) => (probability === null || verdict === "not-applicable" ? [] : [probability]));
  return known.length === 0 ? null : mean(known);
}

function* ownFigures(scored: readonly Scored[]): Generator<FigureParts> {
  const rows = scored.map(({ detail }) => detailSchema.parse(detail).phrases);
  const unparsed = countOf(rows, "unparsed");
  const means = (name: string, title: string, of: (phrases: readonly JudgedPhrase[]) => number | null): FigureParts => ({
    // A row without a phrase that applies says nothing, and is not unread.
    ...meanOf(
      { name, title, unit: "share" },
      rows.map((phrases) => of(phrases) ?? undefined),
    ),
    unparsed,
  });
  yield means("obeyed", "phrases obeyed, mean of rows", obeyedShare);
  yield means("probability", "probability of obeyed, mean of rows", meanProbability);
  yield pooled("phrases", "phrases obeyed, of all", rows);
  const tags = [...new Set(rows.flat().map(({ tag }) => tag))].toSorted();
  for (const tag of tags)
    yield pooled(
      `tag:${tag}`,
      tag,
      rows.map((phrases) => phrases.filter((phrase) => phrase.tag === tag)),
    );
  if (unparsed === 0) return;
  yield pooled("phrases-at-worst", "obeyed, if none that was not read is", withUnread(rows, "violated"));
  yield pooled("phrases-at-best", "obeyed, if all that were not read are", withUnread(rows, "obeyed"));
}

function pooled(name: string, title: string, rows: readonly (readonly JudgedPhrase[])[]): FigureParts {
  const count = (verdict: JudgedPhrase["verdict"]): number[] =>
    rows.map((phrases) => phrases.filter((phrase) => phrase.verdict === verdict).length);
  const violated = count("violated");
  const obeyed = count("obeyed");
  return {
    name,
    title,
    unit: "share",
    above: obeyed,
    below: obeyed.map((each, row) => each + (violated[row] ?? 0)),
    unparsed: countOf(rows, "unparsed"),
  };
}

function withUnread(rows: readonly (readonly JudgedPhrase[])[], verdict: JudgedPhrase["verdict"]): JudgedPhrase[][] {
  return rows.map((phrases) => phrases.map((phrase) => (phrase.verdict === "unparsed" ? { ...phrase, verdict } : phrase)));
}

function countOf(rows: readonly (readonly JudgedPhrase[])[], verdict: JudgedPhrase["verdict"]): number {
  return rows.flat().filter((phrase) => phrase.verdict === verdict).length;
}
