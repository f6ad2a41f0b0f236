import { z } from "zod";
import { parseGiven } from "../config/parse-given.ts";
import { systemRoles, trainVariants } from "./train-record.ts";

const share = z.number().min(0).lt(1);
const count = z.number().int().positive();

/** What a training may be told. What is left out has a default. */
export const trainOptionsSchema = z.strictObject({
  /** A run directory. */
  run: z.string().min(1),
  /**
   * A folder of Hugging Face, an id of the hub (`owner/name`), a named embedded model or a GGUF
   * file.
   */
  model: z.string().min(1),
  variant: z.enum(trainVariants),
  /** The folder of the trained model, which must not exist yet. */
  out: z.string().min(1),
  preset: z.literal("paper").optional(),
  lora: z.boolean().default(false),
  loraRank: count.default(16),
  learningRate: z.number().positive().optional(),
  epochs: z.number().positive().optional(),
  maxSteps: count.optional(),
  batchSize: count.optional(),
  accumulation: count.optional(),
  warmupSteps: z.number().int().min(0).optional(),
  /** In tokens. */
  maxLength: count.optional(),
  seed: z.number().int().min(0).default(42),
  heldOut: share.default(0.1),
  splitSeed: z.number().int().min(0).default(0),
  /** The message of all rows in the variant `common`. */
  common: z.string().min(1).default("You are a helpful AI assistant."),
  systemRole: z.enum(["auto", ...systemRoles]).default("auto"),
  /** A file with a chat template in the place of the model's own. */
  chatTemplate: z.string().optional(),
  device: z.enum(["auto", "cpu", "gpu"]).default("auto"),
  /** Leaves out rows of which the cut takes every trained token. Without it they are refused. */
  dropLong: z.boolean().default(false),
  /** Other runs. Rows that are not finished in all of them are left out. */
  sameRowsAs: z.array(z.string()).default([]),
  /** Writes a GGUF too. Text names the base model's GGUF, which lends metadata and tokenizer. */
  gguf: z.union([z.boolean(), z.string()]).default(false),
  /** How the GGUF holds matrices: 16 bits a weight, or 8.5. */
  ggufType: z.enum(["f16", "q8_0"]).default("f16"),
  /** Time between checkpoints, in seconds. */
  saveSeconds: z.number().min(0).default(600),
  /** A Python interpreter. */
  python: z.string().optional(),
});
export type TrainOptions = z.input<typeof trainOptionsSchema>;
export type TrainConfig = Readonly<z.output<typeof trainOptionsSchema>>;

/** @throws UsageError that names the first option that is wrong. */
export function trainConfig(options: TrainOptions): TrainConfig {
  return parseGiven(trainOptionsSchema, options);
}
