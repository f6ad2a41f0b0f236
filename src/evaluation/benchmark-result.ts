import { createHash } from "node:crypto";
import type { RunStop } from "../execution/run-stop.ts";
import { costOf, type Price } from "../models/spending/prices.ts";
import type { PaidCalls } from "../runs/journal/paid-totals.ts";
import { drawsFor } from "../statistics/bootstrap.ts";
import { counted, thousands } from "../texts/number-text.ts";
import type { AskedBenchmark } from "./asked-benchmark.ts";
import { answerPurpose, type Benchmark } from "./benchmarks/benchmark.ts";
import type { BenchmarkRecord } from "./evaluate-record.ts";

/** The bootstrap's. It is not that of the models' sampling, so that intervals stay the same. */
const seed = 0;

export interface ResultOptions {
  readonly stop: RunStop;
  /** Calls that were ever paid in the folder. */
  readonly paid: readonly PaidCalls[];
  /** Prices of the models, of those that are known. */
  readonly prices: ReadonlyMap<string, Price>;
  readonly versions: Readonly<Record<string, string>> | undefined;
  /** What earlier commands found. */
  readonly before: BenchmarkRecord | undefined;
}

/** The record of a benchmark, whether it came to its end or not. */
export function resultOf(asked: AskedBenchmark, { stop, paid, prices, versions, before }: ResultOptions): BenchmarkRecord {
  const { benchmark, loaded } = asked.toAsk;
  const { scored, cut } = asked;
  const figures = loaded.figures(scored, { draws: drawsFor(scored.length), seed });
  const isMain = ({ name }: { readonly name: string }): boolean => name === benchmark.mainFigure;
  return {
    ...stateOf(asked, stop),
    items: scored.length,
    ...(asked.failures.length > 0 && { failed: asked.failures.length }),
    of: loaded.walks.length,
    figures: [...figures.filter(isMain), ...figures.filter((figure) => !isMain(figure))],
    mainFigure: benchmark.mainFigure,
    data: loaded.data,
    ...(benchmark.prompts && { prompts: createHash("sha256").update(JSON.stringify(benchmark.prompts())).digest("hex") }),
    ...(cut > 0 && { cut }),
    ...(versions && { versions }),
    seconds: Math.round(10 * (asked.seconds + secondsBefore(before, scored.length))) / 10,
    ...spentOn(benchmark, paid, prices),
  };
}

/** What earlier commands took for as many items, if they asked more. */
function secondsBefore(before: BenchmarkRecord | undefined, items: number): number {
  return before === undefined ? 0 : before.seconds * Math.min(1, items / Math.max(1, before.items));
}

function stateOf({ toAsk, scored, failures, isEnded }: AskedBenchmark, stop: RunStop): Pick<BenchmarkRecord, "state" | "cause"> {
  const { walks, loaded } = toAsk;
  const failure = failures[0]?.message ?? "";
  if (!isEnded) {
    const left = `${thousands(scored.length)} of ${counted(walks.length, "item")} have scores`;
    const why = sentence(stop.why ?? "It was stopped");
    return { state: stop.fatal !== undefined && scored.length === 0 ? "failed" : "stopped", cause: `${why} ${left}.` };
  }
  if (scored.length === 0 && walks.length > 0) return { state: "failed", cause: sentence(failure) };
  if (failures.length > 0)
    return { state: "partial", cause: `${thousands(failures.length)} of ${counted(walks.length, "item")} failed: ${sentence(failure)}` };
  if (walks.length < loaded.walks.length)
    return { state: "partial", cause: `--limit: the first ${thousands(walks.length)} of ${thousands(loaded.walks.length)} items.` };
  return { state: "done" };
}

function sentence(text: string): string {
  return `${text.replace(/\.$/, "")}.`;
}

/** What the answers to a benchmark and its judgements were paid for. */
export function purposesOf(benchmark: Benchmark) {
  return [answerPurpose(benchmark.name), ...benchmark.purposes];
}

function spentOn(
  benchmark: Benchmark,
  paid: readonly PaidCalls[],
  prices: ReadonlyMap<string, Price>,
): Pick<BenchmarkRecord, "calls" | "tokens" | "cost"> {
  const names = new Set(purposesOf(benchmark).map(({ name }) => name));
  const ofBenchmark = paid.filter(({ phase }) => names.has(phase));
  const total = (key: "calls" | "inputTokens" | "outputTokens"): number => ofBenchmark.reduce((sum, each) => sum + each[key], 0);
  const costs = ofBenchmark.flatMap((each) => {
    const price = prices.get(each.model);
    return price === undefined ? [] : [costOf(each, price)];
  });
  const isKnown = ofBenchmark.length > 0 && costs.length === ofBenchmark.length;
  return {
    calls: total("calls"),
    tokens: { prompt: total("inputTokens"), completion: total("outputTokens") },
    ...(isKnown && { cost: costs.reduce((sum, cost) => sum + cost, 0) }),
  };
}
