import type { RunConfig } from "../config/run-config.ts";
import type { ReadableJournal } from "../runs/open-run.ts";
import { assume, type Assumptions } from "./assumptions.ts";
import { lengthsOf, useWith } from "./assumed-use.ts";
import type { DrawnRows } from "./draw-sample.ts";
import { Extrapolation, type SampledRow } from "./extrapolate.ts";
import { foresee } from "./count-prompts.ts";
import type { Means, OpenModels } from "./open-models.ts";
import { replay } from "./replay.ts";
import { noUse, paidPhases } from "./row-use.ts";
import { standIn } from "./placeholder-replies.ts";

/** The sample's rows as far as tokens tell, and as the journal knows them. */
export interface SampleUse {
  readonly extrapolation: Extrapolation;
  readonly assumptions: Assumptions;
  readonly measuredRows: number;
  /** Reason -> sampled rows that end before the first phase. */
  readonly endEarly: Readonly<Record<string, number>>;
}

export interface SampleOptions {
  readonly config: RunConfig;
  readonly models: OpenModels;
  readonly journal: ReadableJournal | undefined;
  readonly means: Means;
  readonly signal: AbortSignal;
}

/** Works out what each sampled row uses, and looks up what those used that the journal holds. */
export async function sampleUse({ rows, totalRows }: DrawnRows, options: SampleOptions): Promise<SampleUse> {
  const { config, models, journal, means, signal } = options;
  const settings = config.phases;
  const { model, judge, counter, judgeCounter } = models;
  const replies = standIn({
    settings,
    generator: { form: model.outputForm, counter },
    judge: { form: judge.outputForm, counter: judgeCounter },
  });
  const standsIn = paidPhases.filter((phase) => !(phase === "verify" ? judgeCounter : counter).isOwn);
  const assumptions = assume({ standIn: replies, settings, standsIn, means });
  const { middle, ranges } = lengthsOf(assumptions);
  const endEarly: Record<string, number> = {};
  const sampled: SampledRow[] = [];
  for (const entry of rows) {
    const row = await foresee(entry, { ...models, config, standIn: replies, signal });
    if ("endsEarly" in row) {
      endEarly[row.endsEarly] = (endEarly[row.endsEarly] ?? 0) + 1;
      sampled.push({ assumed: noUse, ranges: ranges.map(() => ({ low: noUse, high: noUse })), actual: undefined, isUsable: false });
      continue;
    }
    sampled.push({
      assumed: useWith(row, middle, replies, settings),
      ranges: ranges.map(({ low, high }) => ({ low: useWith(row, low, replies, settings), high: useWith(row, high, replies, settings) })),
      actual: journal && (await replay(entry, { ...models, config, journal, signal })),
      isUsable: true,
    });
  }
  const measuredRows = sampled.filter(({ actual }) => actual !== undefined).length;
  return { extrapolation: new Extrapolation(sampled, totalRows), assumptions, measuredRows, endEarly };
}
