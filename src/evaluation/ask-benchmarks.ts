import { inLanes } from "../execution/lanes.ts";
import type { RunOptions } from "../execution/observer.ts";
import { prepareSession } from "../execution/open-session.ts";
import type { RunStop } from "../execution/run-stop.ts";
import { freeNames, type ModelChoice } from "../models/model-choice.ts";
import { priceOf, withFree, type Price } from "../models/spending/prices.ts";
import { thousands } from "../texts/number-text.ts";
import { AskedBenchmark } from "./asked-benchmark.ts";
import { askerOf } from "./asker.ts";
import { purposesOf, resultOf } from "./benchmark-result.ts";
import { benchmarks } from "./benchmarks/index.ts";
import type { EvaluateConfig } from "./evaluate-config.ts";
import type { EvaluationFolder } from "./evaluation-folder.ts";
import { judgeProbe } from "./judge/purposes.ts";
import type { ToAsk } from "./load-benchmarks.ts";

export interface AskBenchmarksOptions {
  readonly config: EvaluateConfig;
  /** The evaluated model, as it is called. */
  readonly choice: ModelChoice;
  /** Whether the system message goes to the head of the first user message. */
  readonly foldsSystem: boolean;
  readonly folder: EvaluationFolder;
  readonly stop: RunStop;
  readonly run: RunOptions;
  /** Versions of the programs that serve the model, where they are not this one. */
  readonly versions: Readonly<Record<string, string>> | undefined;
}

/**
 * Asks benchmarks one after the other, with several items at once. The next one begins while the
 * last items of one are at work, so that no server waits. The record of each is written as soon as
 * its last item has ended. Once the evaluation is stopped, no further item is begun, and each
 * benchmark is recorded as it is.
 * @throws UsageError before anything is asked, when a model or a server cannot be used.
 */
export async function askBenchmarks(toAsk: readonly ToAsk[], options: AskBenchmarksOptions): Promise<void> {
  const { config, choice, folder, stop, run, versions } = options;
  const { observer = {} } = run;
  const { store } = folder.opened;
  const judge = toAsk.some(({ benchmark }) => benchmark.checkedBy === "judge") ? config.judge : undefined;
  const judges = judge === undefined ? [] : [judge];
  const prepared = await prepareSession({
    choices: [choice, ...judges],
    probed: judge === undefined ? undefined : { choices: judges, purpose: judgeProbe },
    // What other benchmarks of this folder cost counts toward its limits too.
    purposes: benchmarks.flatMap(purposesOf),
    maxRetries: config.maxRetries,
    concurrency: config.concurrency,
    limits: config.budget,
    spentElsewhere: config.spentElsewhere,
    prices: config.prices,
    stop,
    notesLoad: false,
    run,
  });
  const prices = await pricesOf([choice, ...judges], config, (each) => prepared.identity(each).name);
  observer.onStart?.({
    folder: config.out,
    model: config.model,
    judgeModel: judge === undefined ? "" : prepared.identity(judge).name,
    concurrency: config.concurrency,
    format: "",
    prices: () => Promise.resolve(prices),
    countRows: () => Promise.resolve(toAsk.reduce((sum, { walks }) => sum + walks.length, 0)),
  });
  const session = await prepared.open(store);
  const models = { model: session.model(choice), judge: judge && session.model(judge) };
  const asked = toAsk.map((each) => new AskedBenchmark(each, askerOf(each.benchmark, { ...options, ...models, session })));
  const write = async (each: AskedBenchmark): Promise<void> => {
    await store.settled();
    const before = folder.recordOf(each.name);
    const record = resultOf(each, { stop, paid: store.journal.countPaid(), prices, versions, before });
    const isWhole = each.isEnded && each.failures.length === 0;
    // What an earlier command learnt is not written over by one that learnt less.
    if (before === undefined || record.items >= before.items || (isWhole && config.isLimitExact))
      await folder.put(each.name, record, each.scored);
    else if (isWhole) observer.onNotice?.(`${each.name}: an earlier command asked ${thousands(before.items)} items. Its figures stay.`);
  };
  try {
    await inLanes(itemsOf(asked), session.lanes(), async ({ benchmark, place }) => {
      if (stop.fatal === undefined && (await benchmark.take(place, stop, observer))) await write(benchmark);
    });
    for (const each of asked) if (!each.isEnded) await write(each);
  } finally {
    await session.close();
  }
}

async function* itemsOf(
  asked: readonly AskedBenchmark[],
): AsyncGenerator<{ readonly benchmark: AskedBenchmark; readonly place: number }, void, void> {
  for (const benchmark of asked) for (const place of benchmark.toAsk.walks.keys()) yield { benchmark, place };
}

async function pricesOf(
  choices: readonly ModelChoice[],
  { prices }: EvaluateConfig,
  nameOf: (choice: ModelChoice) => string,
): Promise<ReadonlyMap<string, Price>> {
  const table = withFree(prices, freeNames(choices.map((choice) => [choice, nameOf(choice)])));
  const found = new Map<string, Price>();
  for (const choice of choices) {
    const name = nameOf(choice);
    const price = await priceOf(name, choice.baseUrls, table);
    if (price !== undefined) found.set(name, price);
  }
  return found;
}
