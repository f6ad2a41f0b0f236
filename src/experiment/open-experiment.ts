import { UsageError } from "../errors.ts";
import { embeddedName } from "../models/weights/weights.ts";
import { openBudget } from "../models/spending/open-budget.ts";
import { claimExperiment, CellStore, isClaimed } from "./cell-store.ts";
import type { EvaluateCell } from "./cells.ts";
import type { Experiment } from "./experiment.ts";
import { Identities } from "./identity.ts";
import { inKeys } from "./in-keys.ts";
import { checkItems, isFinished, needsPython, planOf, type Planned, type PlannedSubject } from "./plan.ts";
import { ownWorkers, type Reading } from "./own-workers.ts";
import { readExperiment } from "./read-experiment.ts";
import { buildReport } from "./report/build-report.ts";
import type { ExperimentReport } from "./report/experiment-report.ts";
import { writeExperimentReport } from "./report/write-experiment-report.ts";
import type { ReportFiles } from "../report/write-report.ts";
import { runExperiment, type ExperimentObserver } from "./run-experiment.ts";

/** An experiment of a file, and what can be done with it. */
export interface OpenedExperiment {
  readonly experiment: Experiment;
  /** @throws UsageError when another process is at work on it. */
  readonly claim: () => Promise<Disposable>;
  readonly plan: () => Promise<PlannedSubject[]>;
  /**
   * @throws UsageError when a benchmark that is left has no items, or needs a judge that is not
   * there or whose price is not known although the cost is limited.
   */
  readonly check: (subjects: readonly PlannedSubject[]) => Promise<void>;
  /** @returns Why the budget ended it. Undefined where it did not. */
  readonly run: (subjects: readonly PlannedSubject[], observer: ExperimentObserver, signal: AbortSignal) => Promise<string | undefined>;
  /** Whether another process is at work on it. */
  readonly isAtWork: () => boolean;
  /**
   * Writes the report of what is done. It may be written while another process is at work.
   * @param isAtWork Whether one is, so that what has begun is not taken for broken off.
   */
  readonly report: (
    subjects: readonly PlannedSubject[],
    isAtWork: boolean,
  ) => Promise<{ readonly report: ExperimentReport; readonly files: ReportFiles }>;
}

/**
 * Reads an experiment file.
 * @param reading For benchmarks' data, which may come from the hub.
 * @throws UsageError with the file and line of a mistake.
 */
export async function openExperiment(path: string, reading: Reading): Promise<OpenedExperiment> {
  const experiment = readExperiment(path);
  const store = new CellStore(experiment.out);
  const workers = ownWorkers(experiment, process.env, { ...reading, onNotice: (text) => reading.onNotice(inKeys(text)) });
  const identities = new Identities(experiment, workers);
  const isLeftToJudge = (planned: Planned<EvaluateCell>): boolean =>
    !isFinished(planned) && workers.checkedBy(planned.cell.benchmark.on) === "judge";
  return {
    experiment,
    claim: () => claimExperiment(experiment.out),
    plan: () => planOf(experiment, identities, store),
    check: async (subjects) => {
      if (subjects.some(({ evaluations }) => evaluations.some(isLeftToJudge))) await checkJudge(experiment);
      await checkItems(subjects, identities);
    },
    run: async (subjects, observer, signal) => {
      if (needsPython(subjects, workers)) workers.checkPython();
      return await runExperiment(subjects, { variants: experiment.variants, store, workers, observer, signal });
    },
    isAtWork: () => isClaimed(experiment.out),
    report: async (subjects, isAtWork) => {
      const report = await buildReport(experiment, isAtWork ? subjects.map(underWork) : subjects, store, new Date().toISOString());
      return { report, files: await writeExperimentReport(report, experiment.out) };
    },
  };
}

/** A subject whose cells that have begun are told to be under way. */
function underWork({ training, evaluations, ...subject }: PlannedSubject): PlannedSubject {
  return { ...subject, training: training && underWay(training), evaluations: evaluations.map(underWay) };
}

function underWay<C>({ file, ...planned }: Planned<C>): Planned<C> {
  return { ...planned, file: file?.state === "begun" ? { ...file, cause: "it is being worked on" } : file };
}

/** @throws UsageError when the judge is no model in process, or its cost cannot be limited. */
async function checkJudge({ judge, evaluate, prices = {} }: Experiment): Promise<void> {
  if (judge === undefined) return;
  try {
    if (judge.baseUrl === undefined) await embeddedName(judge.model);
    else {
      const models = [{ name: judge.model, baseUrls: [judge.baseUrl].flat() }];
      await openBudget({ limits: evaluate, models, prices, onNotice: () => {} });
    }
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`judge: ${inKeys(error.message)}`) : error;
  }
}
