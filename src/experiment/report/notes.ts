import type { Experiment } from "../experiment.ts";
import type { PlannedSubject } from "../plan.ts";
import { counted } from "../../texts/number-text.ts";

/** Fewer items than this give intervals of more than 10 points to either side. */
const fewItems = 100;

/** What a reader must know before believing the tables. */
export function notesOf({ seeds, judge }: Experiment, subjects: readonly PlannedSubject[]): string[] {
  const trainings = subjects.flatMap(({ student, training }) =>
    training?.file?.train === undefined ? [] : [{ student: student.name, train: training.file.train }],
  );
  const benchmarks = subjects.flatMap(({ evaluations }) =>
    evaluations.flatMap(({ cell, file }) =>
      file?.evaluate === undefined ? [] : [{ name: cell.benchmark.on, ...file.evaluate.benchmark }],
    ),
  );
  const injected = [
    ...new Set(trainings.flatMap(({ train: { model } }) => (model.injectsDefaultSystem === undefined ? [] : [model.name]))),
  ];
  const apart = [...new Set(trainings.map(({ student }) => student))].filter((name) => {
    const own = trainings.filter(({ student }) => student === name);
    return new Set(own.map(({ train }) => train.rows.ids)).size > 1;
  });
  const few = [...new Set(benchmarks.filter(({ items }) => items < fewItems).map(({ name }) => name))];
  const unparsed = [
    ...new Set(
      benchmarks
        .filter(({ figures, mainFigure }) => figures.some((figure) => figure.name === mainFigure && figure.unparsed > 0))
        .map(({ name }) => name),
    ),
  ];
  const versions = new Set(trainings.map(({ train }) => JSON.stringify(train.versions)));
  return [
    ...(seeds.length === 1
      ? ["One seed. The intervals are over items alone, and another training seed may move a figure by as much."]
      : ["The intervals are over items. What differs from seed to seed is shown beside the mean, and is not in the interval."]),
    ...few.map((name) => `${name} has fewer than ${counted(fewItems, "item")}, so small differences cannot be seen.`),
    ...injected.map(
      (name) => `The template of ${name} adds a system message where there is none, so its variants original and common nearly coincide.`,
    ),
    ...apart.map(
      (name) => `The variants of ${name} were not all trained on the same rows, so their differences are also those of the rows.`,
    ),
    ...unparsed.map(
      (name) => `Some of the judge's replies on ${name} could not be read. They do not count, and "All figures" says how many.`,
    ),
    ...(versions.size > 1 ? ["The trainings ran with different versions of the Python packages."] : []),
    ...(judge === undefined ? [] : [`Judged by ${judge.model}. Marks of another judge, such as the paper's, are not on the same scale.`]),
    "The paper's figures are of other models, other rows and partly another judge. They are for their size, not a mark to reach.",
  ];
}
