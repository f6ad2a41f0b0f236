import { z } from "zod";
import { UsageError } from "../errors.ts";
import { checkOwn, ownCodeThrew, ownFunction, ownName } from "../platform/own-code.ts";
import { metrics } from "./metrics/index.ts";
import type { Metric } from "./metrics/metric.ts";
import type { DoneRow } from "./run-row.ts";

/** A score of the user's own of a new response beside the original one. */
export interface OwnMetric {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  /** The metric's name for people. Default `name`. */
  readonly label?: string | undefined;
  /** The largest score. The least is 0. Default 1. */
  readonly most?: 1 | 100 | undefined;
  /** The score of a response. It is counted overall, by source, by tag and by turn. */
  score(original: string, response: string, row: ScoredRow): number;
}

/** The row of a response that is scored. */
export type ScoredRow = Pick<DoneRow, "id" | "systemMessage">;

const ownMetricSchema = z.looseObject(
  {
    name: ownName,
    label: z.string("expected a text").optional(),
    most: z.literal([1, 100], "expected 1 or 100").optional(),
    score: ownFunction,
  },
  "expected a metric, which is an object with name and score",
);

/** @throws UsageError for what is no metric, and for a name that is taken. */
export function checkMetrics(own: readonly OwnMetric[]): void {
  const taken = [...metrics.map(({ metric }) => metric), "similarity"];
  for (const metric of own) {
    checkOwn(ownMetricSchema, metric, "options.metrics");
    if (taken.includes(metric.name))
      throw new UsageError(`options.metrics: the name "${metric.name}" is taken. Name the metric otherwise.`);
    taken.push(metric.name);
  }
}

/** What a report says of an own metric, beside its figures. */
export function figureOf({ name, label = name, most = 1 }: OwnMetric): Omit<Metric, "score"> {
  return { metric: name, label, tokenizer: "own", most };
}

/** @throws UsageError when the metric throws, or gives back no number of its range. */
export function scoreWith(metric: OwnMetric, original: string, response: string, row: ScoredRow): number {
  const { name, most = 1 } = metric;
  const what = `the metric ${name}`;
  let score: unknown;
  try {
    score = metric.score(original, response, row);
  } catch (error) {
    throw new UsageError(`Row ${row.id}: ${ownCodeThrew(what, error).message}.`, { cause: error });
  }
  if (typeof score === "number" && score >= 0 && score <= most) return score;
  throw new UsageError(`Row ${row.id}: ${what} gave back ${String(score)}, where a number from 0 to ${most} was expected.`);
}
