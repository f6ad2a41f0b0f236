import { isDeepStrictEqual } from "node:util";
import type { RunConfig } from "../config/run-config.ts";
import { openDataset, type Dataset } from "../datasets/index.ts";
import { UsageError } from "../errors.ts";
import { affordableRows } from "../execution/affordable-rows.ts";
import { untilAborted, type LaneOptions } from "../execution/lanes.ts";
import type { RunObserver } from "../execution/observer.ts";
import { prepareSession, type Session } from "../execution/open-session.ts";
import { RunStop } from "../execution/run-stop.ts";
import type { EndpointLoad } from "../models/pool/endpoint-load.ts";
import { timesAffordable } from "../models/spending/affordable.ts";
import { leftOf, nothing, type BudgetLimits, type Spending } from "../models/spending/budget.ts";
import { leastAuc, uncalibrated, type Calibration } from "../phases/calibration.ts";
import { judgeWarnings, obedienceWarning } from "../phases/calibration-words.ts";
import { closeOnFailure } from "../platform/close-on-failure.ts";
import type { ModelNames } from "../runs/row-line.ts";
import { pricesOf } from "../runs/money.ts";
import { holdRun, startRun, type Run } from "../runs/run.ts";
import { pairRows } from "./calibrate.ts";
import { expectedUse } from "./expected-use.ts";
import { factsOf, identityOf, shardIdentity } from "./identity.ts";
import { loadParts, type LoadedParts, type PipelineOptions } from "./own-parts.ts";
import { probing } from "./probing.ts";
import { recallConstraint } from "./recall-constraint.ts";
import { purposesWith, Road } from "./road.ts";
import { refusePlanned } from "./refuse-planned.ts";
import type { RunPart } from "./run-part.ts";

/** A dataset, its models and its run directory, open for a run. */
export interface OpenPipeline extends AsyncDisposable {
  readonly dataset: Dataset;
  readonly run: Run;
  readonly road: Road;
  readonly names: ModelNames;
  /** How the dataset's rows are worked through. */
  readonly lanes: LaneOptions;
  readonly stop: RunStop;
  /** The judge's lines are drawn before any row is begun, because other parts wait for them. */
  readonly drawsFirst: boolean;
  /** What passes over the rows wait for, if calls are made in batches. */
  readonly waves: Session["waves"];
  /** Opens the dataset once more, for another pass over its rows. */
  reopen(): Promise<Dataset>;
  loads(): EndpointLoad[];
}

/** The rows of the calibration. A row that is dropped for its system message takes no part. */
function drawnRows({ drawn }: Dataset, { existingSystem }: RunConfig): Parameters<typeof pairRows>[0] {
  return drawn.flatMap(({ file, content }) =>
    "example" in content && (existingSystem === "replace" || content.example.systemMessage === undefined)
      ? [{ file, example: content.example }]
      : [],
  );
}

/** The share of a budget that the calibration may take, so that most of it is left for rows. */
const calibrationShare = 0.5;

/** How many rows the budget allows to draw, over the life of the run directory. */
function drawLimitOf({ phases }: RunConfig, budget: BudgetLimits, aRow: Spending): number {
  const all = leftOf(budget, nothing);
  const part = { calls: calibrationShare * all.calls, tokens: calibrationShare * all.tokens, cost: calibrationShare * all.cost };
  return Math.min(phases.verify.calibrationRows, timesAffordable(part, aRow));
}

/**
 * The calibration that a run goes on with. Lines that were drawn stay, also when rows were added to
 * the input since. Lines of a draw that a smaller budget had limited are drawn anew, and with them
 * all results are made again from the journal. Undefined if the lines are to be drawn.
 */
function calibrationOf(run: Run, { phases }: RunConfig, drawLimit: number, { onNotice }: RunObserver): Calibration | undefined {
  if (phases.verify.calibrationRows === 0) return uncalibrated;
  const known = run.calibration;
  if (known === undefined) return undefined;
  const { rows, drawLimit: before } = known;
  // A draw without a row that can be compared is made again, since rows may have been added.
  if (before === undefined) return rows === 0 ? undefined : known;
  if (before >= drawLimit) return known;
  onNotice?.(
    `The budget now allows to calibrate the judge on ${drawLimit} rows, and allowed ${before} before: its lines are drawn anew, and rows that were judged by the old ones are judged again. Nothing that was paid is paid again.`,
  );
  run.store.results.clear();
  return undefined;
}

/** Lines that were drawn elsewhere. Results by other lines are made again from the journal. */
async function takeLines(run: Run, calibration: Calibration): Promise<Calibration> {
  if (isDeepStrictEqual(run.calibration, calibration)) return calibration;
  if (run.calibration !== undefined) run.store.results.clear();
  await run.calibrated(calibration);
  return calibration;
}

interface OpeningOptions {
  readonly preview: boolean;
  readonly part?: RunPart | undefined;
}

/** @throws UsageError for bad configuration or input. */
export async function openPipeline(given: RunConfig, options: PipelineOptions, { preview, part }: OpeningOptions): Promise<OpenPipeline> {
  const { observer = {}, env = process.env, stdin = process.stdin } = options;
  const own = await loadParts(given, options);
  const { config } = own;
  const stop = new RunStop(options.signal);
  const signal = stop.rows;
  try {
    const open = (): Promise<Dataset> =>
      untilAborted(
        openDataset({
          ...config,
          formats: own.formats,
          draw: config.phases.verify.calibrationRows,
          shard: part?.shard,
          stdin,
          env,
          signal,
          onNotice: observer.onNotice,
          onDownload: observer.onDownload,
        }),
        signal,
      );
    const dataset = await open();
    return await closeOnFailure(dataset, () => openOver(dataset, { config, own, options, preview, part, stop, reopen: open }));
  } catch (error) {
    stop[Symbol.dispose]();
    throw error;
  }
}

interface Opening {
  readonly config: RunConfig;
  readonly own: LoadedParts;
  readonly options: PipelineOptions;
  readonly preview: boolean;
  readonly part: RunPart | undefined;
  readonly stop: RunStop;
  readonly reopen: () => Promise<Dataset>;
}

/**
 * Opens the run directory of a dataset, and then the models over it. The models' names are known
 * first, because a run directory is of one configuration. The models are opened over the directory
 * that is held, because the journal tells what is left of the budget, and what a server enforces.
 */
async function openOver(dataset: Dataset, opening: Opening): Promise<OpenPipeline> {
  const { own, options, preview, part, stop } = opening;
  const config = await recallConstraint(opening.config);
  if (part === undefined) await refusePlanned(config.out);
  if (config.batch !== undefined && !preview && !dataset.input.isRepeatable)
    throw new UsageError(
      "--batch goes through the input several times, and stdin or a pipe can be read only once. Write it to a file first.",
    );
  const judgeChoice = config.judge ?? config.generator;
  const prepared = await prepareSession({
    choices: [config.generator, judgeChoice],
    // Questions to the judge have no form, so that only the generator's server is probed.
    probed: { choices: [config.generator], purpose: probing },
    purposes: purposesWith(own.phases),
    name: "run",
    batch: preview ? undefined : config.batch,
    isPreview: preview,
    maxRetries: config.maxRetries,
    concurrency: config.concurrency,
    limits: config.budget,
    spentElsewhere: part?.spentElsewhere,
    prices: config.prices,
    stop,
    notesLoad: true,
    run: options,
  });
  const generator = prepared.identity(config.generator);
  const judging = prepared.identity(judgeChoice);
  const starting = {
    ...config,
    preview,
    inputStamp: dataset.input.stamp,
    keepsFailed: part?.keepsFailed,
    mayBegin: part?.mayBegin,
    isPlanned: part !== undefined,
    merged: part?.merged,
    signal: stop.rows,
  };
  const ownIdentity = { ...own.identity(dataset.format.name), ...shardIdentity(part?.shard) };
  const held = await holdRun(config.out, identityOf(config, dataset, generator, judging, ownIdentity), starting);
  return closeOnFailure(held, async () => {
    const session = await prepared.open(held.store);
    return closeOnFailure(session, async () => {
      const identity = identityOf(config, dataset, session.model(config.generator), session.model(judgeChoice), ownIdentity);
      const settled = { ...config, generator: session.settled(config.generator), judge: config.judge && session.settled(config.judge) };
      const run = await startRun(held, identity, factsOf(settled, dataset), starting);
      return start(dataset, run, session, { model: generator.name, judgeModel: judging.name }, { ...opening, config });
    });
  });
}

async function start(
  dataset: Dataset,
  run: Run,
  session: Session,
  names: ModelNames,
  { config, own, options, part, stop, reopen }: Opening,
): Promise<OpenPipeline> {
  const { observer = {} } = options;
  const judgeChoice = config.judge ?? config.generator;
  const use = expectedUse(config.phases.verify, session.model(judgeChoice));
  const drawLimit = drawLimitOf(config, part?.wholeBudget ?? config.budget, session.spendingOf(use.drawn, judgeChoice));
  const calibration =
    part?.calibration === undefined ? calibrationOf(run, config, drawLimit, observer) : await takeLines(run, part.calibration);
  for (const warning of dataset.warnings) observer.onNotice?.(warning);
  const road = new Road({
    config,
    own,
    model: session.model(config.generator),
    judge: session.model(judgeChoice),
    draw: pairRows(drawnRows(dataset, config).slice(0, drawLimit)),
    calibration,
    runRounds: run.rounds(""),
    onCalibrated: async (found) => {
      const calibration = drawLimit < config.phases.verify.calibrationRows ? { ...found, drawLimit } : found;
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
    prices: () => pricesOf(run.manifest),
    countRows: () => dataset.count(),
  });
  return {
    dataset,
    run,
    road,
    names,
    lanes: lanesOf(session, road, session.spendingOf(use.row, config.generator)),
    stop,
    drawsFirst: part?.shard?.index === "draw",
    waves: session.waves,
    reopen,
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

/** How rows are worked through, within a budget if there is one. */
function lanesOf(session: Session, road: Road, expected: Spending): LaneOptions {
  const lanes = session.lanes();
  const { left } = session;
  return left === undefined ? lanes : { ...lanes, affordable: affordableRows({ left, expected, ended: () => road.ended }) };
}
