import { harnessTaskOf } from "../../evaluation/harness/tasks.ts";
import { packageVersion } from "../../platform/version.ts";
import { labelOf, type Cell } from "../cells.ts";
import type { CellStore } from "../cell-store.ts";
import type { Experiment } from "../experiment.ts";
import type { Planned, PlannedSubject } from "../plan.ts";
import { variants } from "../variants.ts";
import type { CellLine, ExperimentReport, TrainingLine } from "./experiment-report.ts";
import { factsOf } from "./facts.ts";
import { notesOf } from "./notes.ts";
import { allFiguresTable, contrastTable, mainTable } from "./own-tables.ts";
import { ablationTable, multifacetTable, rolesTable, sysbenchTable, unseenTable } from "./paper-tables.ts";
import { Results, cutOf, stateOf, type Model } from "./results.ts";

/** Makes the report of what is on disk. */
export async function buildReport(
  experiment: Experiment,
  subjects: readonly PlannedSubject[],
  store: CellStore,
  madeAt: string,
): Promise<ExperimentReport> {
  const results = await Results.read(subjects, store);
  const models = modelsOf(subjects);
  const benchmarks = experiment.benchmarks.map(({ on }) => on);
  const inBothRoles = experiment.benchmarks.filter(({ systemAs }) => systemAs.length > 1).map(({ on }) => on);
  return {
    format: "sysgen-experiment/1",
    name: experiment.name,
    madeAt,
    sysgenVersion: packageVersion(),
    students: experiment.students.map(({ name }) => name),
    variants: experiment.variants,
    benchmarks,
    seeds: experiment.seeds,
    judge: experiment.judge?.model ?? null,
    tables: [
      ...mainTable(results, models, benchmarks),
      ...contrastTable(results, models, benchmarks),
      ...multifacetTable(results, models),
      ...ablationTable(results, models),
      ...unseenTable(results, models),
      ...rolesTable(results, models, inBothRoles),
      ...sysbenchTable(results, models),
      ...benchmarks.flatMap((benchmark) => allFiguresTable(results, models, benchmark)),
    ],
    training: subjects.flatMap(({ training }) => (training === undefined ? [] : [trainingLine(training)])),
    cells: subjects.flatMap(({ training, evaluations }) => [
      ...(training === undefined ? [] : [cellLine(training)]),
      ...evaluations.map((planned) => cellLine(planned, training)),
    ]),
    notes: notesOf(experiment, subjects),
    facts: factsOf(experiment, subjects),
  };
}

/** Each model once, whatever its seeds. */
function modelsOf(subjects: readonly PlannedSubject[]): Model[] {
  const models = new Map(
    subjects.map(({ student, variant }) => [JSON.stringify([student.name, variant]), { student: student.name, variant }] as const),
  );
  return [...models.values()];
}

function trainingLine(planned: NonNullable<PlannedSubject["training"]>): TrainingLine {
  const { student, variant, seed } = planned.cell;
  const train = planned.file?.train;
  return {
    name: `${student.name}, ${variants[variant].title}, seed ${seed}`,
    state: stateOf(planned).state,
    rows: train?.rows.trained ?? null,
    heldOut: train?.rows.heldOut ?? null,
    steps: train?.steps ?? null,
    lossBefore: train?.probe[0]?.loss ?? null,
    lossAfter: train?.probe.at(-1)?.loss ?? null,
    seconds: train?.seconds ?? null,
  };
}

function cellLine(planned: Planned<Cell>, training?: Planned<Cell>): CellLine {
  const benchmark = planned.file?.evaluate?.benchmark;
  const on = planned.cell.kind === "train" ? "" : planned.cell.benchmark.on;
  const isCounted = harnessTaskOf(on) === undefined;
  return {
    label: labelOf(planned.cell),
    hash: planned.identity.hash,
    ...stateOf(planned, training),
    seconds: planned.file?.seconds ?? null,
    calls: isCounted || benchmark?.calls !== 0 ? (benchmark?.calls ?? null) : null,
    promptTokens: isCounted ? (benchmark?.tokens.prompt ?? null) : null,
    completionTokens: isCounted ? (benchmark?.tokens.completion ?? null) : null,
    cut: benchmark === undefined ? null : cutOf(on, [benchmark]),
    cost: benchmark?.cost ?? null,
  };
}
