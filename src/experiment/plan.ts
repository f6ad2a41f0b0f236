import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readEvaluation } from "../evaluation/evaluation-folder.ts";
import { harnessTaskOf } from "../evaluation/harness/tasks.ts";
import { slugOf, subjectsOf, type EvaluateCell, type SubjectCells, type TrainCell } from "./cells.ts";
import type { CellStore } from "./cell-store.ts";
import type { Experiment } from "./experiment.ts";
import type { CellFile } from "./cell-file.ts";
import { isOfGguf, type CellIdentity, type EarlierIdentity, type Identities, type OwnInputs } from "./identity.ts";

/** A cell with what is known of it. */
export interface Planned<C> {
  readonly cell: C;
  readonly identity: CellIdentity;
  /** Undefined if no work on it has begun. */
  readonly file: CellFile | undefined;
}

/** A model with its cells, and the folders that are its own. */
export interface PlannedSubject extends Omit<SubjectCells, "training" | "evaluations"> {
  readonly training: Planned<TrainCell> | undefined;
  readonly evaluations: readonly Planned<EvaluateCell>[];
  /** The folder or name of the model that is evaluated. */
  readonly model: string;
  /**
   * The folder of an evaluation. It holds all that were asked in the same way, each benchmark over
   * one set of items.
   * @throws UsageError when the benchmark has no items.
   */
  readonly evaluationFolder: (cell: EvaluateCell) => Promise<string>;
}

/** @throws UsageError when a run, a model or data that the experiment names is not there. */
export async function planOf(experiment: Experiment, identities: Identities, store: CellStore): Promise<PlannedSubject[]> {
  const planned = async <C>(cell: C, identity: CellIdentity, earlier: EarlierIdentity): Promise<Planned<C>> => {
    const file = await store.read(identity.hash);
    const before = file === undefined && earlier.hash !== identity.hash ? await store.read(earlier.hash) : undefined;
    const isKnown = before !== undefined && (before.state === "done" || before.state === "partial") && earlier.isOf(before);
    return isKnown ? { cell, identity: earlier, file: before } : { cell, identity, file };
  };
  const plannedTraining = async (cell: TrainCell): Promise<Planned<TrainCell>> => {
    const identity = await identities.ofTraining(cell);
    return await planned(cell, identity, identities.earlierTraining(identity));
  };
  const plannedEvaluation = async (cell: EvaluateCell, training: CellIdentity | undefined): Promise<Planned<EvaluateCell>> => {
    const identity = await identities.ofEvaluation(cell, training);
    return await planned(cell, identity, identities.earlierEvaluation(identity));
  };
  const subjects: PlannedSubject[] = [];
  for (const { training: cell, evaluations, ...subject } of subjectsOf(experiment)) {
    const training = cell === undefined ? undefined : await plannedTraining(cell);
    const identity = training?.identity;
    const folder = `${slugOf(subject)}-${identity?.hash.slice(0, 8) ?? (await identities.ofStudent(subject.student))}`;
    subjects.push({
      ...subject,
      training,
      evaluations: await Promise.all(evaluations.map((each) => plannedEvaluation(each, identity))),
      model: identity === undefined ? subject.student.model : join(experiment.out, "models", folder),
      evaluationFolder: (cell) => evaluationFolderOf(join(experiment.out, "evaluations", folder), cell, identities),
    });
  }
  return subjects;
}

async function evaluationFolderOf(folder: string, cell: EvaluateCell, identities: Identities): Promise<string> {
  const [own = "", earlier = ""] = identities.asked(cell).map((name) => join(folder, name));
  const plain = !existsSync(own) && existsSync(earlier) ? earlier : own;
  const gguf = await identities.ggufOf(cell);
  const asked = (await readEvaluation(plain))?.model;
  // A file may be put in the place of the one that was asked.
  const isOther = gguf !== undefined && asked !== undefined && !isOfGguf(asked, gguf);
  const ofModel = isOther ? `${plain}-${gguf.slice(0, 8)}` : plain;
  const before = (await readEvaluation(ofModel))?.benchmarks[cell.benchmark.on];
  const items = await identities.itemsOf(cell);
  const isOfOthers = items !== undefined && before !== undefined && before.data.sha256 !== items;
  return isOfOthers ? `${ofModel}-${items.slice(0, 8)}` : ofModel;
}

/**
 * Looks at the data of evaluations that are left, before any of the work.
 * @throws UsageError for the first benchmark that has no items.
 */
export async function checkItems(subjects: readonly PlannedSubject[], identities: Identities): Promise<void> {
  for (const { evaluations } of subjects)
    for (const planned of evaluations) if (!isFinished(planned)) await identities.itemsOf(planned.cell);
}

/**
 * Whether a cell needs no more work. An evaluation is finished if it took the items that it was
 * asked for, and no others. A limit of the harness is one of each part of a task.
 */
export function isFinished({ file }: Planned<unknown>): boolean {
  if (file?.state !== "done" && file?.state !== "partial") return false;
  if (file.evaluate === undefined) return file.state === "done";
  const { items, of } = file.evaluate.benchmark;
  const { limit, benchmark } = file.inputs;
  const asked = Math.min(of, typeof limit === "number" ? limit : of);
  return items === asked || (items > asked && harnessTaskOf(String(benchmark)) !== undefined);
}

/**
 * Whether a model is to be trained. One whose weights were deleted is trained again if it is
 * needed.
 */
export function needsTraining({ training, evaluations, model }: PlannedSubject): boolean {
  if (training === undefined) return false;
  return !isFinished(training) || (evaluations.some((cell) => !isFinished(cell)) && !hasWeights(model));
}

/** Whether there is work left that Python does, which are trainings and evaluations of folders. */
export function needsPython(subjects: readonly PlannedSubject[], { checkedBy }: Pick<OwnInputs, "checkedBy">): boolean {
  return subjects.some(
    (subject) =>
      needsTraining(subject) ||
      subject.evaluations.some(
        (planned) => !isFinished(planned) && !(subject.student.gguf !== undefined && checkedBy(planned.cell.benchmark.on) !== "harness"),
      ),
  );
}

/** Whether a folder holds a model. */
export function hasWeights(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((name) => /\.(?:safetensors|bin|gguf)$/.test(name));
}
