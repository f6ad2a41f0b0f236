import type { RunConfig } from "./config.ts";
import { openDataset, type Dataset } from "./datasets/index.ts";
import { factsOf, identityOf } from "./identity.ts";
import type { EndpointLoad } from "./models/endpoint-load.ts";
import type { Model } from "./models/model.ts";
import { openBudget } from "./models/open-budget.ts";
import { identifyModel, openModel } from "./models/open-model.ts";
import { Ceiling } from "./models/pool/ceiling.ts";
import { withJournal, type JournalEntry } from "./models/with-journal.ts";
import { withRetry } from "./models/with-retry.ts";
import type { RunOptions } from "./observer.ts";
import { Road } from "./road.ts";
import { untilAborted } from "./runs/lanes.ts";
import type { ModelNames } from "./runs/outcome-line.ts";
import { openRun, type Run } from "./runs/run.ts";
import { spendingOf } from "./runs/spending.ts";
import { Stop } from "./stop.ts";

/** A dataset, its models and its run directory, open for a run. */
export interface OpenPipeline extends AsyncDisposable {
  readonly dataset: Dataset;
  readonly run: Run;
  readonly road: Road;
  readonly names: ModelNames;
  readonly rowsAtOnce: number;
  readonly stop: Stop;
  loads(): EndpointLoad[];
}

/** Calls at once that trying may come to, for each server, where the user sets no ceiling. */
const mostPerServer = 256;
const mostAtAll = 1_024;
/** How often a run notes how its endpoints fare, for `sysgen status`. */
const noteEveryMs = 2_000;

/** @throws UsageError for bad configuration or input. */
export async function openPipeline(config: RunConfig, options: RunOptions, { preview }: { preview: boolean }): Promise<OpenPipeline> {
  const { observer = {}, env = process.env, stdin = process.stdin } = options;
  const stop = new Stop(options.signal);
  const { signal } = stop;
  const dataset = await untilAborted(
    openDataset({ ...config, stdin, env, signal, onNotice: observer.onNotice, onDownload: observer.onDownload }),
    signal,
  );
  const servers = new Set([...config.generator.baseUrls, ...(config.judge?.baseUrls ?? [])]).size;
  const ceiling = new Ceiling(config.concurrency ?? Math.min(mostPerServer * servers, mostAtAll));
  const [generator, judging] = await Promise.all([identifyModel(config.generator), identifyModel(config.judge ?? config.generator)]);
  const names = { model: generator.name, judgeModel: judging.name };
  const identity = identityOf(config, dataset, generator, judging);
  const budget = await openBudget({
    limits: config.budget,
    models: [
      { ...generator, baseUrls: config.generator.baseUrls },
      { ...judging, baseUrls: (config.judge ?? config.generator).baseUrls },
    ],
    prices: config.prices,
    onNotice: (text) => observer.onNotice?.(text),
  });
  let run: Run;
  try {
    run = await openRun(config.out, identity, factsOf(config, dataset), { ...config, preview, inputStamp: dataset.input.stamp });
  } catch (error) {
    await dataset.entries.return();
    throw error;
  }
  const { journal } = run.store;
  budget?.budget.start(spendingOf(journal.countPaid(), budget.priceOf), (end) => stop.because(end));
  const replied = new Set<string>();
  const onPaid = (entry: JournalEntry): void => {
    replied.add(entry.model);
    observer.onPaid?.(entry);
  };
  const access = { env, journal, ceiling, budget, observer: { ...observer, onPaid } };
  const backend = await openModel(config.generator, access);
  const judgeBackend = config.judge === undefined ? backend : await openModel(config.judge, access);
  const backends = [...new Set([backend, judgeBackend])];
  const model = withJournal(withRetry(backend), journal);
  const judge = judgeBackend === backend ? model : withJournal(withRetry(judgeBackend), journal);
  const hasReplied = ({ name }: Model): boolean => replied.has(name);
  const road = new Road({ config, model, judge, hasReplied, signal, observer });
  const loads = (): EndpointLoad[] => backends.flatMap((each) => each.loads?.() ?? []);
  const rowsAtOnce = Math.max(...backends.map((each) => each.rowsAtOnce));
  observer.onStart?.({
    folder: run.folder,
    ...names,
    concurrency: config.concurrency,
    format: dataset.format.name,
    countRows: () => dataset.count(),
  });
  const telling = setInterval(() => run.store.putNote("load", JSON.stringify(loads())), noteEveryMs);
  return {
    dataset,
    run,
    road,
    names,
    rowsAtOnce,
    stop,
    loads,
    async [Symbol.asyncDispose]() {
      clearInterval(telling);
      stop[Symbol.dispose]();
      await Promise.all(backends.map((each) => each.close())).finally(() => run.close());
    },
  };
}
