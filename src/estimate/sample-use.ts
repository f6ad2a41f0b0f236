import type { RunConfig } from "../config/run-config.ts";
import type { ReadableJournal } from "../runs/open-run.ts";
import { assume, type Assumptions } from "./assumptions.ts";
import { lengthsOf, useWith, type Lengths } from "./assumed-use.ts";
import type { DrawnRows } from "./draw-sample.ts";
import { Extrapolation, type SampledRow } from "./extrapolate.ts";
import { countPrompts, type CountedCall } from "./count-prompts.ts";
import type { Means, OpenModels } from "./open-models.ts";
import { replay } from "./replay.ts";
import { asksJudge, mapUse, noUse, paidPhases, type PhaseUse, type RowUse } from "./row-use.ts";
import { placeholderReplies } from "./placeholder-replies.ts";

/** What the sampled rows use, worked out from their prompts and looked up in the journal. */
export interface SampleUse {
  readonly extrapolation: Extrapolation;
  readonly assumptions: Assumptions;
  /** Sampled rows whose calls are all in the journal. */
  readonly measuredRows: number;
  /** By reason, sampled rows that end before the first phase. */
  readonly endEarly: Readonly<Record<string, number>>;
}

export interface SampleOptions {
  readonly config: RunConfig;
  readonly models: OpenModels;
  readonly journal: ReadableJournal | undefined;
  readonly means: Means;
  readonly signal: AbortSignal;
}

/**
 * Works out what each sampled row uses, and looks up what those rows used whose calls the journal
 * holds.
 */
export async function sampleUse({ rows, totalRows }: DrawnRows, options: SampleOptions): Promise<SampleUse> {
  const { config, models, journal, means, signal } = options;
  const settings = config.phases;
  const { model, judge, counter, judgeCounter } = models;
  const replies = placeholderReplies({
    settings,
    tags: config.tags,
    generator: { form: model.outputForm, counter },
    judge: { form: judge.outputForm, counter: judgeCounter },
  });
  const phasesWithOtherTokenizer = paidPhases.filter((phase) => !(asksJudge(phase) ? judgeCounter : counter).isOwn);
  const assumptions = assume({ placeholders: replies, settings, phasesWithOtherTokenizer, means });
  const { middle, ranges } = lengthsOf(assumptions);
  const drawn = Math.min(settings.verify.calibrationRows, totalRows) / Math.max(1, totalRows);
  const useOf = (row: readonly CountedCall[], lengths: Lengths): RowUse => calibrated(useWith(row, lengths, replies, settings), row, drawn);
  const endEarly: Record<string, number> = {};
  const sampled: SampledRow[] = [];
  for (const entry of rows) {
    const row = await countPrompts(entry, { ...models, config, placeholders: replies, signal });
    if ("endsEarly" in row) {
      endEarly[row.endsEarly] = (endEarly[row.endsEarly] ?? 0) + 1;
      sampled.push({ assumed: noUse, ranges: ranges.map(() => ({ low: noUse, high: noUse })), actual: undefined, isUsable: false });
      continue;
    }
    const actual = journal && (await replay(entry, { ...models, config, journal, signal }));
    sampled.push({
      assumed: useOf(row, middle),
      ranges: ranges.map(({ low, high }) => ({ low: useOf(row, low), high: useOf(row, high) })),
      actual: actual && calibrated(actual, row, drawn),
      isUsable: true,
    });
  }
  const measuredRows = sampled.filter(({ actual }) => actual !== undefined).length;
  return { extrapolation: new Extrapolation(sampled, totalRows), assumptions, measuredRows, endEarly };
}

/**
 * A row's use with what the calibration adds, which asks the rows of its draw again with another
 * row. What it adds is in the same ratio to the use as in the counted calls.
 * @param drawn Share of the rows that are in the draw.
 */
function calibrated(use: RowUse, row: readonly CountedCall[], drawn: number): RowUse {
  const judging = row.filter(({ phase }) => phase === "verify");
  const counted: PhaseUse = {
    calls: judging.length,
    inputTokens: sumOf(judging, ({ promptTokens }) => promptTokens),
    outputTokens: sumOf(judging, ({ replyTokens }) => replyTokens),
  };
  return mapUse(use, (value, phase, kind) =>
    phase === "verify" ? value * (1 + (drawn * sumOf(judging, ({ again }) => again[kind])) / Math.max(1, counted[kind])) : value,
  );
}

function sumOf(calls: readonly CountedCall[], numberOf: (call: CountedCall) => number): number {
  return calls.reduce((sum, call) => sum + numberOf(call), 0);
}
