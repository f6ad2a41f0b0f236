import type { RunConfig } from "../config/run-config.ts";
import { openDataset, type Dataset } from "../datasets/index.ts";
import { untilAborted, type LaneOptions } from "../execution/lanes.ts";
import type { RunOptions } from "../execution/observer.ts";
import { prepareSession, type Session } from "../execution/open-session.ts";
import { RunStop } from "../execution/run-stop.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import { leastAuc, uncalibrated } from "../phases/calibration.ts";
import { judgeWarnings, obedienceWarning } from "../phases/calibration-words.ts";
import { closeOnFailure } from "../platform/close-on-failure.ts";
import type { ModelNames } from "../runs/row-line.ts";
import { startRun, type Run } from "../runs/run.ts";
import { pairRows, type DrawnRow } from "./calibrate.ts";
import { factsOf, identityOf } from "./identity.ts";
import { phasePurposes, Road } from "./road.ts";

/** A dataset, its models and its run directory, open for a run. */
export interface OpenPipeline extends AsyncDisposable {
  readonly dataset: Dataset;
  readonly run: Run;
  readonly road: Road;
  readonly names: ModelNames;
  /** How the dataset's rows are worked through. */
  readonly lanes: LaneOptions;
  readonly stop: RunStop;
  loads(): EndpointLoad[];
}

/** The rows of the calibration. A row that is dropped for its system message takes no part. */
function drawnRows({ drawn }: Dataset, { existingSystem }: RunConfig): DrawnRow[] {
  return pairRows(
    drawn.flatMap(({ file, content }) =>
      "example" in content && (existingSystem === "replace" || content.example.systemMessage === undefined)
        ? [{ file, example: content.example }]
        : [],
    ),
  );
}

/** @throws UsageError for bad configuration or input. */
export async function openPipeline(config: RunConfig, options: RunOptions, { preview }: { preview: boolean }): Promise<OpenPipeline> {
  const { observer = {}, env = process.env, stdin = process.stdin } = options;
  const stop = new RunStop(options.signal);
  const signal = stop.rows;
  try {
    const dataset = await untilAborted(
      openDataset({
        ...config,
        draw: config.phases.verify.calibrationRows,
        stdin,
        env,
        signal,
        onNotice: observer.onNotice,
        onDownload: observer.onDownload,
      }),
      signal,
    );
    return await closeOnFailure(dataset, () => openOver(dataset, { config, options, preview, stop }));
  } catch (error) {
    stop[Symbol.dispose]();
    throw error;
  }
}

interface Opening {
  readonly config: RunConfig;
  readonly options: RunOptions;
  readonly preview: boolean;
  readonly stop: RunStop;
}

/**
 * Opens the run directory of a dataset, and then the models over it. The models' names are known
 * first, because a run directory is of one configuration. The models are opened last, because the
 * journal tells what is left of the budget.
 */
async function openOver(dataset: Dataset, opening: Opening): Promise<OpenPipeline> {
  const { config, options, preview, stop } = opening;
  const judgeChoice = config.judge ?? config.generator;
  const prepared = await prepareSession({
    choices: [config.generator, judgeChoice],
    purposes: phasePurposes,
    concurrency: config.concurrency,
    limits: config.budget,
    prices: config.prices,
    stop,
    notesLoad: true,
    run: options,
  });
  const generator = prepared.identity(config.generator);
  const judging = prepared.identity(judgeChoice);
  const identity = identityOf(config, dataset, generator, judging);
  const run = await startRun(config.out, identity, factsOf(config, dataset), { ...config, preview, inputStamp: dataset.input.stamp });
  const session = await closeOnFailure(run, () => prepared.open(run.store));
  return start(dataset, run, session, { model: generator.name, judgeModel: judging.name }, opening);
}

function start(dataset: Dataset, run: Run, session: Session, names: ModelNames, { config, options, stop }: Opening): OpenPipeline {
  const { observer = {} } = options;
  for (const warning of dataset.warnings) observer.onNotice?.(warning);
  const road = new Road({
    config,
    model: session.model(config.generator),
    judge: session.model(config.judge ?? config.generator),
    draw: drawnRows(dataset, config),
    // Lines that were drawn stay, also when rows were added to the input since.
    calibration: config.phases.verify.calibrationRows === 0 ? uncalibrated : run.calibration?.rows === 0 ? undefined : run.calibration,
    runRounds: run.rounds(""),
    onCalibrated: async (calibration) => {
      observer.onCalibrated?.(calibration);
      const warnings = judgeWarnings(calibration);
      if (warnings.length > 0) observer.onNotice?.(warnings.join(" "));
      await run.calibrated(calibration);
    },
    onObedience: async (obedience) => {
      const { rows, auc = 0 } = obedience;
      if (rows === 0 || auc < leastAuc.message) observer.onNotice?.(obedienceWarning(obedience));
      await run.calibrated({ ...(run.calibration ?? uncalibrated), obedience });
    },
    stop,
    callFailed: (error, model) => session.callFailed(error, model),
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
    lanes: session.lanes(),
    stop,
    loads: () => session.loads(),
    async [Symbol.asyncDispose]() {
      stop[Symbol.dispose]();
      try {
        await session.close();
      } finally {
        await run.close();
      }
    },
  };
}
