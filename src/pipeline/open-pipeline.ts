import type { RunConfig } from "../config/run-config.ts";
import { openDataset, type Dataset } from "../datasets/index.ts";
import { factsOf, identityOf } from "./identity.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import type { RunOptions } from "../execution/observer.ts";
import { orClose } from "../platform/close-on-failure.ts";
import { phaseNames } from "../records/outcome.ts";
import { Road } from "./road.ts";
import { identifyModels, type OpenedModels } from "../execution/open-session.ts";
import { untilAborted, type LaneOptions } from "../execution/lanes.ts";
import type { ModelNames } from "../runs/row-line.ts";
import { startRun, type Run } from "../runs/run.ts";
import { Stop } from "../execution/run-stop.ts";

/** A dataset, its models and its run directory, open for a run. */
export interface OpenPipeline extends AsyncDisposable {
  readonly dataset: Dataset;
  readonly run: Run;
  readonly road: Road;
  readonly names: ModelNames;
  /** How its rows are worked through. */
  readonly lanes: LaneOptions;
  readonly stop: Stop;
  loads(): EndpointLoad[];
}

/** @throws UsageError for bad configuration or input. */
export async function openPipeline(config: RunConfig, options: RunOptions, { preview }: { preview: boolean }): Promise<OpenPipeline> {
  const { observer = {}, env = process.env, stdin = process.stdin } = options;
  const stop = new Stop(options.signal);
  const { signal } = stop;
  try {
    const dataset = await untilAborted(
      openDataset({ ...config, stdin, env, signal, onNotice: observer.onNotice, onDownload: observer.onDownload }),
      signal,
    );
    return await orClose(dataset, () => openOver(dataset, { config, options, preview, stop }));
  } catch (error) {
    stop[Symbol.dispose]();
    throw error;
  }
}

interface Opening {
  readonly config: RunConfig;
  readonly options: RunOptions;
  readonly preview: boolean;
  readonly stop: Stop;
}

/** Opens the models and the run directory of a dataset: they are known first, because the directory is of one configuration, and its journal tells what of the budget is left. */
async function openOver(dataset: Dataset, opening: Opening): Promise<OpenPipeline> {
  const { config, options, preview, stop } = opening;
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
  const identity = identityOf(config, dataset, generator, judging);
  const run = await startRun(config.out, identity, factsOf(config, dataset), { ...config, preview, inputStamp: dataset.input.stamp });
  const opened = await orClose(run, () => identified.open(run.store));
  return start(dataset, run, opened, { model: generator.name, judgeModel: judging.name }, opening);
}

function start(dataset: Dataset, run: Run, opened: OpenedModels, names: ModelNames, { config, options, stop }: Opening): OpenPipeline {
  const { observer = {} } = options;
  const road = new Road({
    config,
    model: opened.model(config.generator),
    judge: opened.model(config.judge ?? config.generator),
    hasReplied: (called) => opened.hasReplied(called),
    signal: stop.signal,
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
    lanes: opened.lanes(stop.signal),
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
