import { z } from "zod";
import { systemRoles } from "../training/train-record.ts";
import type { Figure } from "./benchmarks/benchmark.ts";

const countSchema = z.int().min(0);

const figureSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    unit: z.enum(["share", "mark"]),
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    items: countSchema,
    unparsed: countSchema,
  })
  .readonly() satisfies z.ZodType<Figure>;

/** What is recorded of one benchmark. Experiments read it, so keys are only ever added. */
export const benchmarkRecord = z
  .object({
    /**
     * `partial` where `--limit` was given or items failed. `stopped` where the budget was spent or
     * the user stopped it. `failed` where no item has a score.
     */
    state: z.enum(["done", "partial", "failed", "stopped"]),
    /** Why it is not done, in a sentence. */
    cause: z.string().optional(),
    /** Items that have scores. */
    items: countSchema,
    /** Items that met an error, and are asked again by the same command. */
    failed: countSchema.optional(),
    /** Items of the whole set, without `--limit`. */
    of: countSchema,
    /** The main figure is the first. */
    figures: z.array(figureSchema).readonly(),
    mainFigure: z.string(),
    data: z.object({ from: z.string(), sha256: z.string().optional(), licence: z.string().optional() }).readonly(),
    /** SHA-256 of what the judge is asked about a fixed item. Not there where no judge is asked. */
    prompts: z.string().optional(),
    /** Answers that ended at the limit of tokens. They are scored as they are. */
    cut: countSchema.optional(),
    /** Versions of the programs that asked and scored, where they are not this one. */
    versions: z.record(z.string(), z.string()).optional(),
    /** Of asking and scoring, over all commands that worked at it. */
    seconds: z.number().min(0),
    /** Paid calls of the evaluated model and of the judge. */
    calls: countSchema,
    tokens: z.object({ prompt: countSchema, completion: countSchema }).readonly(),
    /** US dollars. Not there where a price is not known. */
    cost: z.number().min(0).optional(),
  })
  .readonly();
export type BenchmarkRecord = z.infer<typeof benchmarkRecord>;

/** `evaluate.json`: what an evaluation found. */
export const evaluateRecord = z
  .object({
    format: z.literal("sysgen-evaluate/1"),
    model: z
      .object({
        name: z.string(),
        kind: z.enum(["folder", "embedded", "server"]),
        /** SHA-256 of the weights. Not known of a server's model. */
        weights: z.string().optional(),
        /** SHA-256 of the chat template. */
        template: z.string().optional(),
        /** Where the system message is, by the model's `train.json` or the user's word. */
        systemRole: z.enum(systemRoles).optional(),
        /**
         * The template of an untrained folder refuses system messages, or does not write them
         * before the first response. So they are put before the first user message.
         */
        foldsSystem: z.literal(true).optional(),
      })
      .readonly(),
    judge: z.string().optional(),
    /** Whether the system message was sent as one, or at the start of the first user message. */
    systemAs: z.enum(["system", "user"]),
    /** How answers are sampled, by the names of the options. */
    settings: z.record(z.string(), z.unknown()).readonly(),
    /** How the judge is asked. Not there while none was named. */
    judging: z.record(z.string(), z.unknown()).readonly().optional(),
    versions: z.object({ sysgen: z.string(), node: z.string() }).readonly(),
    /** By benchmark, in the order in which they first ended. */
    benchmarks: z.record(z.string(), benchmarkRecord).readonly(),
  })
  .readonly();
export type EvaluateRecord = z.infer<typeof evaluateRecord>;
