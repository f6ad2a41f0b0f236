import { z } from "zod";

// What the experiment reads of the records of training and evaluation. Their own schemas say more.

const texts = z.record(z.string(), z.string());

/** Of train.json. */
export const trainFacts = z.looseObject({
  state: z.enum(["done", "stopped", "failed"]),
  cause: z.string().optional(),
  rows: z.looseObject({
    trained: z.number(),
    heldOut: z.number(),
    keptOriginal: z.number().optional(),
    cut: z.number().optional(),
    ids: z.string().optional(),
  }),
  model: z.looseObject({
    name: z.string(),
    weights: z.string().optional(),
    template: z.string().optional(),
    injectsDefaultSystem: z.string().optional(),
  }),
  systemRole: z.string(),
  settings: z.record(z.string(), z.unknown()),
  versions: texts,
  lock: z.string().optional(),
  device: z.string(),
  steps: z.number(),
  probe: z.array(z.object({ step: z.number(), loss: z.number() })),
  seconds: z.number(),
});
export type TrainFacts = z.infer<typeof trainFacts>;

const figure = z.object({
  name: z.string(),
  title: z.string(),
  unit: z.enum(["share", "mark"]),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  items: z.number(),
  unparsed: z.number(),
});

/** Of evaluate.json, a benchmark's entry. */
const benchmarkFacts = z.looseObject({
  state: z.enum(["done", "partial", "failed", "stopped"]),
  cause: z.string().optional(),
  items: z.number(),
  of: z.number(),
  figures: z.array(figure),
  mainFigure: z.string(),
  data: z.looseObject({ from: z.string(), sha256: z.string().optional() }),
  versions: texts.optional(),
  seconds: z.number(),
  calls: z.number(),
  tokens: z.object({ prompt: z.number(), completion: z.number() }),
  cost: z.number().optional(),
});
export type BenchmarkFacts = z.infer<typeof benchmarkFacts>;

/** Of evaluate.json. */
export const evaluateFacts = z.looseObject({
  model: z.looseObject({ name: z.string(), kind: z.string(), weights: z.string().optional(), template: z.string().optional() }),
  judge: z.string().optional(),
  systemAs: z.enum(["system", "user"]),
  benchmarks: z.record(z.string(), benchmarkFacts),
});
export type EvaluateFacts = z.infer<typeof evaluateFacts>;

/** A line of items.jsonl. */
export const itemFacts = z.looseObject({
  id: z.string(),
  group: z.string().optional(),
  scores: z.record(z.string(), z.number().nullable()),
});
export type ItemFacts = z.infer<typeof itemFacts>;

const cellState = z.enum(["begun", "done", "partial", "failed", "stopped"]);

/** The file of a cell, which says what it is, what went into it and what came of it. */
export const cellFile = z.object({
  format: z.literal("sysgen-cell/1"),
  label: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  state: cellState,
  cause: z.string().optional(),
  startedAt: z.string(),
  seconds: z.number().optional(),
  train: trainFacts.optional(),
  evaluate: z.object({ model: evaluateFacts.shape.model, judge: z.string().optional(), benchmark: benchmarkFacts }).optional(),
});
export type CellFile = z.infer<typeof cellFile>;
