import { isAbsolute, relative } from "node:path";
import type { TrainRecord } from "../../training/train-record.ts";
import type { Experiment } from "../experiment.ts";
import { jsonOf } from "../identity.ts";
import type { PlannedSubject } from "../plan.ts";
import type { ExperimentReport } from "./experiment-report.ts";

type Fact = ExperimentReport["facts"][number];

/** What another needs to repeat the experiment, each fact once. */
export function factsOf({ students, seeds, judge, evaluate }: Experiment, subjects: readonly PlannedSubject[]): Fact[] {
  const facts: Fact[] = students.flatMap(({ name, model, run, kdRun }) => [
    { about: name, name: "model", value: model },
    ...(run === undefined ? [] : [{ about: name, name: "run", value: run }]),
    ...(kdRun === undefined ? [] : [{ about: name, name: "run of another model", value: kdRun }]),
  ]);
  for (const { student, variant, training } of subjects) {
    const train = training?.file?.train;
    if (train !== undefined) facts.push(...trainFacts(student.name, variant, train));
  }
  for (const { evaluations } of subjects)
    for (const { cell, file } of evaluations) {
      const { benchmark, versions } = file?.evaluate ?? {};
      if (benchmark === undefined || versions === undefined) continue;
      const about = cell.benchmark.on;
      const { from, sha256 } = benchmark.data;
      const source = sourceText(from);
      facts.push({ about, name: "data", value: sha256 === undefined ? source : `${source} (SHA-256 ${sha256})` });
      facts.push(...Object.entries({ ...versions, ...benchmark.versions }).map(([name, value]) => ({ about, name, value })));
      const { limit, shots, judgeRuns } = cell.benchmark;
      const options = Object.entries({ limit, shots, "judge runs": judgeRuns });
      facts.push(...options.flatMap(([name, value]) => (value === undefined ? [] : [{ about, name, value: String(value) }])));
    }
  facts.push({ about: "experiment", name: "seeds", value: seeds.join(", ") });
  if (judge !== undefined) facts.push({ about: "experiment", name: "judge", value: judge.model });
  if (Object.keys(evaluate).length > 0) facts.push({ about: "experiment", name: "evaluation", value: jsonOf(evaluate) });
  return [...new Map(facts.map((fact) => [JSON.stringify(fact), fact])).values()];
}

/**
 * Where data is from. A path below the working directory is from there, as files of experiments
 * name it.
 */
export function sourceText(from: string): string {
  const below = relative("", from);
  const isBelow = isAbsolute(from) && below !== "" && !isAbsolute(below) && !/^\.\.(?:[/\\]|$)/.test(below);
  return isBelow ? below : from;
}

function trainFacts(
  about: string,
  variant: string,
  { run, rows, model, systemRole, preset, heldOut, versions, lock, device, settings }: TrainRecord,
): Fact[] {
  const name = (what: string): string => `${what}${variant === "kd" ? " (kd)" : ""}`;
  const facts: Readonly<Record<string, string>> = {
    "dataset.jsonl": run.dataset,
    "written by": run.generator,
    "ids of the trained rows": rows.ids,
    "held out": `${heldOut.share} of the rows, seed ${heldOut.seed}`,
    weights: model.weights,
    "chat template": model.template,
    ...(model.injectsDefaultSystem !== undefined && { "default system message": model.injectsDefaultSystem }),
    "system role": systemRole,
    ...(preset !== undefined && { preset }),
    settings: jsonOf({ ...settings, commonSystem: undefined }),
    ...(settings.commonSystem !== undefined && { "common system message": settings.commonSystem }),
    device,
    lock,
    ...versions,
  };
  return Object.entries(facts).map(([what, value]) => ({ about, name: name(what), value }));
}
