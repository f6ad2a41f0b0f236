import type { RunConfig } from "./config.ts";
import { openDataset, type Dataset } from "./datasets/index.ts";
import { factsOf, identityOf } from "./identity.ts";
import type { EndpointLoad } from "./models/endpoint-load.ts";
import type { RunOptions } from "./observer.ts";
import { phaseNames } from "./records/outcome.ts";
import { Road } from "./road.ts";
import { identifyModels } from "./run-models.ts";
import { untilAborted } from "./runs/lanes.ts";
import type { ModelNames } from "./runs/outcome-line.ts";
import { openRun, type Run } from "./runs/run.ts";
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

/** @throws UsageError for bad configuration or input. */
export async function openPipeline(config: RunConfig, options: RunOptions, { preview }: { preview: boolean }): Promise<OpenPipeline> {
  const { observer = {}, env = process.env, stdin = process.stdin } = options;
  const stop = new Stop(options.signal);
  const { signal } = stop;
  const dataset = await untilAborted(
    openDataset({ ...config, stdin, env, signal, onNotice: observer.onNotice, onDownload: observer.onDownload }),
    signal,
  );
  const judgeChoice = config.judge ?? config.generator;
  const identified = await identifyModels({
    choices: [config.generator, judgeChoice],
    concurrency: config.concurrency,
    limits: config.budget,
    prices: config.prices,
    phases: phaseNames,
    stop,
    notesLoad: true,
    run: options,
  });
  const generator = identified.identity(config.generator);
  const judging = identified.identity(judgeChoice);
  const names = { model: generator.name, judgeModel: judging.name };
  const identity = identityOf(config, dataset, generator, judging);
  let run: Run;
  try {
    run = await openRun(config.out, identity, factsOf(config, dataset), { ...config, preview, inputStamp: dataset.input.stamp });
  } catch (error) {
    await dataset.entries.return();
    throw error;
  }
  const opened = await identified.open(run.store);
  const model = opened.model(config.generator);
  const road = new Road({
    config,
    model,
    judge: opened.model(judgeChoice),
    hasReplied: (called) => opened.hasReplied(called),
    signal,
    observer,
  });
  observer.onStart?.({
    folder: run.folder,
    ...names,
    concurrency: config.concurrency,
    format: dataset.format.name,
    countRows: () => dataset.count(),
  });
  return {
    dataset,
    run,
    road,
    names,
    rowsAtOnce: opened.rowsAtOnce,
    stop,
    loads: () => opened.loads(),
    async [Symbol.asyncDispose]() {
      stop[Symbol.dispose]();
      try {
        await opened.close();
      } finally {
        await run.close();
      }
    },
  };
}
