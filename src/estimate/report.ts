import type { RunConfig } from "../config/run-config.ts";
import { isBatched } from "../execution/batch/batch-options.ts";
import { costOf, priceOf, type Price } from "../models/spending/prices.ts";
import type { MeanCalls } from "../runs/journal/paid-totals.ts";
import type { DrawnRows } from "./draw-sample.ts";
import type { Means, OpenModels } from "./open-models.ts";
import { asksJudge, paidPhases, useIn, type PaidPhase, type Quantity, type UseKind } from "./row-use.ts";
import type { SampleUse } from "./sample-use.ts";
import { sum, type Measure } from "../statistics/sampling.ts";

/** What a run will use, as `sysgen estimate` shows it. */
export interface Estimate {
  readonly format: string;
  readonly rows: {
    /** Rows that the run takes. All of them were counted. */
    readonly total: number;
    readonly sampled: number;
    /** Sampled rows whose calls are all in the journal. */
    readonly measured: number;
    /** By reason, sampled rows that end before the first phase. */
    readonly endEarly: Readonly<Record<string, number>>;
    /** Rows of the probe that failed. */
    readonly failedProbes: number;
  };
  readonly phases: readonly PhaseEstimate[];
  readonly total: UseEstimate;
  /** Rows at work at once, by which the time is divided. */
  readonly concurrency: number;
  readonly models: readonly ModelEstimate[];
  /**
   * Sentences that say what was assumed. Empty when measurements took the place of the assumptions.
   */
  readonly assumptions: readonly string[];
}

export interface UseEstimate {
  readonly calls: Measure;
  readonly inputTokens: Measure;
  readonly outputTokens: Measure;
  /** US dollars. Null when a price is not known. */
  readonly cost: Measure | null;
  /** Null when a phase has calls and the time of none is known. */
  readonly seconds: number | null;
}

export interface PhaseEstimate extends UseEstimate {
  readonly phase: PaidPhase;
}

export interface ModelEstimate {
  readonly model: string;
  readonly phases: readonly PaidPhase[];
  /** Hosts of its servers. Empty for a model in this process. */
  readonly hosts: readonly string[];
  readonly tokenizer: string;
  /** US dollars per million tokens. Null when it is not known. */
  readonly price: Price | null;
}

export interface ReportOptions extends SampleUse {
  readonly config: RunConfig;
  readonly format: string;
  readonly drawn: DrawnRows;
  readonly models: OpenModels;
  readonly means: Means;
  readonly concurrency: number;
  readonly failedProbes: number;
}

/** Puts the estimate together from one number for each phase and kind, its cost and its time. */
export async function report(options: ReportOptions): Promise<Estimate> {
  const { config, drawn, extrapolation, assumptions, means, concurrency, measuredRows, endEarly, failedProbes, format } = options;
  const models = await modelsOf(options);
  const priceIn = (phase: PaidPhase): Price | null => models.find(({ phases }) => phases.includes(phase))?.price ?? null;
  const laneOf = (phase: PaidPhase): "batch" | undefined =>
    config.batch !== undefined && isBatched(config.batch, { name: phase, rank: 0 }) ? "batch" : undefined;
  const kind =
    (phases: readonly PaidPhase[], kind: UseKind): Quantity =>
    (use) =>
      sum(phases.map((phase) => useIn(phase, use)[kind]));
  const useOf = (phases: readonly PaidPhase[]): UseEstimate => {
    const calls = extrapolation.total(kind(phases, "calls"));
    const prices = phases.map((phase) => ({ phase, price: priceIn(phase) }));
    const isPriced = prices.every(({ price }) => price !== null);
    const cost: Quantity = (use) =>
      sum(prices.map(({ phase, price }) => (price === null ? 0 : costOf(useIn(phase, use), price, laneOf(phase)))));
    const times = phases.map((phase) => secondsOf(extrapolation.total(kind([phase], "calls")).value, means(phase), concurrency));
    return {
      calls,
      inputTokens: extrapolation.total(kind(phases, "inputTokens")),
      outputTokens: extrapolation.total(kind(phases, "outputTokens")),
      cost: isPriced ? extrapolation.total(cost) : null,
      seconds: times.reduce((total, time) => (total === null || time === null ? null : total + time), 0),
    };
  };
  const { message, verdict, response, tokenizer } = assumptions;
  const said = [message, verdict, response, ...(tokenizer ? [tokenizer] : [])].map((assumed) => assumed.said);
  return {
    format,
    rows: { total: drawn.totalRows, sampled: drawn.rows.length, measured: measuredRows, endEarly, failedProbes },
    phases: paidPhases.map((phase) => ({ phase, ...useOf([phase]) })),
    total: useOf(paidPhases),
    concurrency,
    models,
    assumptions: extrapolation.isMeasured ? [] : [...said, ...assumedOnce, ...assumedOf(config)],
  };
}

const assumedOnce = ["every reply is good at the first time of asking, and no row ends on its way"];

function assumedOf({ generator, judge }: RunConfig): string[] {
  const thinking = [...new Set([generator.model, judge?.model ?? generator.model])].filter((model) => thinks.test(model));
  const isUnknown = generator.constraintField === "auto" && generator.baseUrls.length > 0;
  return [
    ...thinking.map(
      (model) => `replies of ${model} without what it thinks before: thinking counts as output, and may be many times the reply`,
    ),
    ...(isUnknown ? ["a server that holds replies to no form: the run's first calls find out whether it does (--constrain auto)"] : []),
  ];
}

/** Names of models that may reason before they reply. */
const thinks = /(?:^|[/-])(?:o[134](?:-|$)|gpt-(?:[5-9]|oss)|deepseek-(?:r1|reasoner)|qwq|qwen-?3)|thinking|reason|-r1(?:-|$)/i;

/**
 * Seconds that a phase takes when its calls are shared evenly by the rows at work at once. Null
 * when the time of a call is not known.
 */
function secondsOf(calls: number, means: MeanCalls | undefined, concurrency: number): number | null {
  if (calls === 0) return 0;
  return means?.ms === undefined ? null : (calls * means.ms) / 1000 / concurrency;
}

async function modelsOf({ config, models }: ReportOptions): Promise<ModelEstimate[]> {
  const { generator, judge, prices } = config;
  const of = async (choice: typeof generator, name: string, tokenizer: string, phases: readonly PaidPhase[]): Promise<ModelEstimate> => ({
    model: name,
    phases,
    hosts: choice.baseUrls.map((url) => new URL(url).host),
    tokenizer,
    price: (await priceOf(choice.model, choice.baseUrls, prices)) ?? null,
  });
  const { model, counter, judgeCounter } = models;
  if (judge === undefined) return [await of(generator, model.name, counter.name, paidPhases)];
  return [
    await of(
      generator,
      model.name,
      counter.name,
      paidPhases.filter((phase) => !asksJudge(phase)),
    ),
    await of(judge, models.judge.name, judgeCounter.name, paidPhases.filter(asksJudge)),
  ];
}
