import type { BenchmarkRecord } from "../../evaluation/evaluate-record.ts";
import { benchmarks as ownBenchmarks } from "../../evaluation/benchmarks/index.ts";
import { harnessTaskOf } from "../../evaluation/harness/tasks.ts";
import { counted, thousands } from "../../texts/number-text.ts";
import type { Experiment } from "../experiment.ts";
import type { PlannedSubject } from "../plan.ts";
import { sourceText } from "./facts.ts";
import { cutOf, otherThanPublished } from "./results.ts";

/** Fewer items than this give intervals of more than 10 points to either side. */
const fewItems = 100;

/** What a reader must know before believing the tables. */
export function notesOf({ seeds, judge, evaluate }: Experiment, subjects: readonly PlannedSubject[]): string[] {
  const trainings = subjects.flatMap(({ student, training }) =>
    training?.file?.train === undefined ? [] : [{ student: student.name, train: training.file.train }],
  );
  const benchmarks = [...recordsByBenchmark(subjects)];
  const injected = [
    ...new Set(trainings.flatMap(({ train: { model } }) => (model.injectsDefaultSystem === undefined ? [] : [model.name]))),
  ];
  const apart = [...new Set(trainings.map(({ student }) => student))].filter((name) => {
    const own = trainings.filter(({ student }) => student === name);
    return new Set(own.map(({ train }) => train.rows.ids)).size > 1;
  });
  const few = benchmarks
    .map(([name, records]) => ({ name, items: Math.max(...records.map(({ items }) => items)) }))
    .filter(({ items }) => items < fewItems);
  const versions = new Set(trainings.map(({ train }) => JSON.stringify(train.versions)));
  return [
    ...(seeds.length === 1
      ? ["One seed. The intervals are over items alone, and another training seed may move a figure by as much."]
      : ["The intervals are over items. What differs from seed to seed is shown beside the mean, and is not in the interval."]),
    ...benchmarks.flatMap(([name, records]) => cutNote(name, records, evaluate.maxOutputTokens)),
    ...benchmarks.flatMap(([name, records]) => otherDataNote(name, records)),
    ...benchmarks.flatMap(([name, records]) => unreadNote(name, records)),
    ...(few.length === 0
      ? []
      : [
          `Fewer than ${counted(fewItems, "item")}, so that small differences cannot be seen: ${few.map(({ name, items }) => `${name} ${items}`).join(", ")}.`,
        ]),
    ...injected.map(
      (name) => `The template of ${name} adds a system message where there is none, so its variants original and common nearly coincide.`,
    ),
    ...apart.map(
      (name) => `The variants of ${name} were not all trained on the same rows, so their differences are also those of the rows.`,
    ),
    ...(versions.size > 1 ? ["The trainings ran with different versions of the Python packages."] : []),
    ...(judge === undefined ? [] : [`Judged by ${judge.model}. Marks of another judge, such as the paper's, are not on the same scale.`]),
    "The paper's figures are of other models, other rows and partly another judge. They are for their size, not a mark to reach.",
  ];
}

/** What is recorded of each benchmark, of all models. */
function recordsByBenchmark(subjects: readonly PlannedSubject[]): Map<string, [BenchmarkRecord, ...BenchmarkRecord[]]> {
  const records = new Map<string, [BenchmarkRecord, ...BenchmarkRecord[]]>();
  for (const { evaluations } of subjects)
    for (const { cell, file } of evaluations) {
      const record = file?.evaluate?.benchmark;
      if (record === undefined) continue;
      const known = records.get(cell.benchmark.on);
      if (known === undefined) records.set(cell.benchmark.on, [record]);
      else known.push(record);
    }
  return records;
}

/** How many answers ended at the limit of tokens, and what that may do to differences. */
function cutNote(name: string, records: readonly BenchmarkRecord[], limit: number | undefined): string[] {
  const reference = ownBenchmarks.find((benchmark) => benchmark.name === name)?.maxOutputTokens;
  const cuts = records.flatMap((record) => cutOf(name, [record]) ?? []);
  const [least, most] = [Math.min(...cuts), Math.max(...cuts)];
  const tokens = limit ?? reference;
  if (cuts.length === 0 || most === 0 || tokens === undefined) return [];
  const many = least === most ? counted(most, "answer") : `${thousands(least)} to ${counted(most, "answer")}`;
  const others = reference === undefined || reference === tokens ? "" : ` (the reference gives ${thousands(reference)})`;
  const items = counted(Math.max(...records.map((record) => record.items)), "item");
  return [
    `${name}: ${many} of a model, over ${items}, ended at the limit of ${counted(tokens, "token")}${others}. They are scored as they are, so a model that stops earlier may look better by that alone.`,
  ];
}

function otherDataNote(name: string, records: readonly BenchmarkRecord[]): string[] {
  const others = records.map(({ of, data }) => ({ of, from: data.from, published: otherThanPublished(name, of) }));
  const found = others.find(({ published }) => published !== null);
  if (found === undefined) return [];
  const mean = harnessTaskOf(name) === undefined ? "" : ", and are in no mean of the eight";
  return [
    `${name} is ${counted(found.of, "item")} of ${sourceText(found.from)}, where the published set has ${thousands(found.published ?? 0)}. Its figures do not compare with those of others, such as the paper's${mean}.`,
  ];
}

/** Which figures lack values that a judge gave no readable reply for. */
function unreadNote(name: string, records: readonly BenchmarkRecord[]): string[] {
  const unread = records.flatMap(({ figures }) => figures.filter(({ unparsed }) => unparsed > 0));
  if (unread.length === 0) return [];
  const titles = [...new Set(unread.map(({ title }) => `"${title}"`))].join(", ");
  return [
    `${name}: some of the judge's replies could not be read. They do not count, and the tables say beside each figure how many: ${titles}.`,
  ];
}
