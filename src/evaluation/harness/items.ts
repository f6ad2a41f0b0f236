import { join } from "node:path";
import { z } from "zod";
import { SysGenError } from "../../errors.ts";
import { readIfThere } from "../../platform/read-if-there.ts";
import { wilson } from "../../statistics/wilson.ts";
import type { Figure, Scored } from "../benchmarks/benchmark.ts";
import type { HarnessResult } from "./read-result.ts";
import type { HarnessTask } from "./tasks.ts";

/** What the harness writes of an item. A metric is a number, a boolean, or a list of booleans. */
const sampleSchema = z.looseObject({
  doc_id: z.number(),
  doc: z.unknown(),
  target: z.unknown(),
  resps: z.unknown(),
  filtered_resps: z.array(z.unknown()),
  filter: z.string(),
});

/** What a filter leaves where it finds no answer. */
const noAnswer = "[invalid]";

/** The figure of answers that the harness could not read. They count as wrong in the others. */
export const noAnswerFigure = { name: "no-answer", title: "No answer found" } as const;

/**
 * The items of a result, in the order of the data.
 * @throws SysGenError when the harness wrote fewer samples than the result counts.
 */
export async function itemsOf(folder: string, task: HarnessTask, { leaves, stamp, items }: HarnessResult): Promise<Scored[]> {
  const scored: Scored[] = [];
  for (const leaf of leaves) {
    const text = await readIfThere(join(folder, `samples_${leaf}_${stamp}.jsonl`));
    for (const line of (text ?? "").split("\n")) {
      if (line === "") continue;
      const item = itemIn(line, task, leaf, leaves.length > 1);
      if (item !== undefined) scored.push(item);
    }
  }
  if (scored.length === items) return scored;
  throw new SysGenError(
    `lm-eval counts ${items} items and wrote samples of ${scored.length} into ${folder}. Is there room on the disk? Delete the folder and run the same command again.`,
  );
}

function itemIn(line: string, task: HarnessTask, leaf: string, isGroup: boolean): Scored | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined; // A torn line. The count tells.
  }
  const sample = sampleSchema.safeParse(value).data;
  const filter = task.figures[0].key.split(",")[1];
  if (sample === undefined || sample.filter !== filter) return undefined;
  const scores: [string, number | null][] = task.figures.map(({ name, key }) => [name, scoreOf(sample[key.split(",")[0] ?? key])]);
  const isRead = !sample.filtered_resps.includes(noAnswer);
  if (task.answers === "text") scores.push([noAnswerFigure.name, isRead ? 0 : 1]);
  return {
    id: `${leaf}/${sample.doc_id}`,
    ...(isGroup ? { group: leaf } : {}),
    scores: Object.fromEntries(scores),
    detail: {
      doc: sample.doc,
      target: sample.target,
      ...(task.answers === "text" ? { response: sample.resps } : {}),
      answer: sample.filtered_resps,
    },
  };
}

/** A list of checks is the share of those that hold. */
function scoreOf(value: unknown): number | null {
  if (typeof value === "number" || typeof value === "boolean") return Number(value);
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.filter((one) => one === true || one === 1).length / value.length;
}

/** The figures of a result, with the answers that could not be read. */
export function figuresWith(items: readonly Scored[], { figures }: HarnessResult): readonly Figure[] {
  const unread = items.flatMap(({ scores }) => scores[noAnswerFigure.name] ?? []);
  if (unread.length === 0) return figures;
  const estimate = wilson(unread.filter((one) => one === 1).length, unread.length);
  return [
    ...figures,
    { ...noAnswerFigure, unit: "share", value: null, low: null, high: null, ...estimate, items: unread.length, unparsed: 0 },
  ];
}
