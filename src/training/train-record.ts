import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UsageError, messageOf } from "../errors.ts";

/** The file in a trained model's folder that says how it was made. */
export const trainRecordName = "train.json";

/**
 * Which texts a model is trained on (arXiv 2502.11330, section 5). A is the dataset's response, S
 * the generated system message, A' the response that obeys S. `a2` is A' without S, a control that
 * the paper has not. `kd` is S and A' of a run whose teacher is another model.
 */
export const trainVariants = ["original", "common", "s-a", "s-a2", "a2", "kd"] as const;
export type TrainVariant = (typeof trainVariants)[number];

/**
 * Where a system message is in what the model reads. `system` is a message of its own.
 * `first-user` is the head of the first user message. `template` is a message of its own under a
 * chat template that was edited to take it, which is in the model's folder.
 */
export const systemRoles = ["system", "first-user", "template"] as const;
export type SystemRole = (typeof systemRoles)[number];

/** Everything that decides how the rows are trained on. Lengths are in tokens. */
const settingsSchema = z.object({
  method: z.enum(["full", "lora"]),
  lora: z.object({ rank: z.number(), alpha: z.number(), dropout: z.number(), targets: z.string() }).optional(),
  learningRate: z.number(),
  schedule: z.string(),
  optimizer: z.string(),
  weightDecay: z.number(),
  maxGradNorm: z.number(),
  /** Rows in a step of one device. */
  batchSize: z.number(),
  accumulation: z.number(),
  warmupSteps: z.number(),
  maxLength: z.number(),
  /** Epochs that the schedule is laid out for. */
  epochs: z.number(),
  /** The epoch after which training ends. Its weights are the result. */
  keptEpoch: z.number(),
  /** The step after which training ends, if that is sooner. */
  maxSteps: z.number().optional(),
  /** In which the weights are held and written. */
  weights: z.enum(["float32", "bfloat16"]),
  /** In which forward and backward passes compute. */
  dtype: z.enum(["float32", "bfloat16"]),
  /** Whether activations are computed again rather than kept, which costs time and saves memory. */
  checkpointing: z.boolean(),
  /** The loss falls on the turns that the run wrote anew, in any variant. */
  trainedTokens: z.literal("new-responses"),
  /** The message of all rows in the variant `common`. */
  commonSystem: z.string().optional(),
});
export type TrainSettings = z.infer<typeof settingsSchema>;

/** `train.json`, the record of a training. Hashes are SHA-256 in hex digits. */
export const trainRecord = z.object({
  format: z.literal("sysgen-train/1"),
  state: z.enum(["done", "stopped", "failed"]),
  /** Why it was stopped or failed, in a sentence. */
  cause: z.string().optional(),
  variant: z.enum(trainVariants),
  run: z.object({
    folder: z.string(),
    /** Hash of dataset.jsonl. */
    dataset: z.string(),
    /** The model that wrote the run's texts. In the variant `kd` it is the teacher. */
    generator: z.string(),
  }),
  rows: z.object({
    trained: z.number(),
    heldOut: z.number(),
    /** Hash of the sorted ids of the trained rows, without those dropped, a newline after each. */
    ids: z.string(),
    /** Rows that keep an original response, and so are in no variant. */
    keptOriginal: z.number(),
    /** Rows that a person marked `drop`. */
    leftOutByMark: z.number(),
    /** Rows that are not in the runs of `--same-rows-as`, or not on the same side there. */
    notInOthers: z.number(),
    /** Trained rows that are longer than `maxLength` and lose their end. */
    cut: z.number(),
    /** Rows left out because the cut takes every token that would be trained (`--drop-long`). */
    dropped: z.number(),
  }),
  model: z.object({
    name: z.string(),
    /** Hash over the hashes of the weight files. */
    weights: z.string(),
    /** Hash of the chat template that the training used. */
    template: z.string(),
    /** The system message that the template adds to a conversation without one. */
    injectsDefaultSystem: z.string().optional(),
    /** The GGUF file that the weights were read from. */
    gguf: z.string().optional(),
  }),
  systemRole: z.enum(systemRoles),
  preset: z.literal("paper").optional(),
  /** What was asked for, by which a training is known again. Without names of folders. */
  options: z.record(z.string(), z.unknown()),
  settings: settingsSchema,
  heldOut: z.object({ share: z.number(), seed: z.number() }),
  /** Versions by name, such as python, torch, transformers, trl and peft. */
  versions: z.record(z.string(), z.string()),
  /** Hash of the lock that this version of sysgen installs from. */
  lock: z.string(),
  seed: z.number(),
  /** Such as `cpu` or the name of a GPU. */
  device: z.string(),
  /** Optimizer steps that were made. */
  steps: z.number(),
  /** Mean loss over the same rows at these steps. Step 0 is the model before training. */
  probe: z.array(z.object({ step: z.number(), loss: z.number() })).readonly(),
  /** Time in training, over all its starts. */
  seconds: z.number(),
  startedAt: z.string(),
  /** Hash over the hashes of the trained weights' files. Only of a training that is done. */
  weights: z.string().optional(),
  /** File name of the GGUF in the folder that was asked for last, if any was. */
  gguf: z.string().optional(),
});
export type TrainRecord = z.infer<typeof trainRecord>;

/** File name of the GGUF of a trained model, by how it holds weights. */
export function ggufName(type: string): string {
  return `model-${type}.gguf`;
}

/** Whether a GGUF beside a `train.json` has its weights, also where a user has quantised them. */
export function isTrainedGguf(name: string): boolean {
  return /^model-.+\.gguf$/.test(name);
}

/** Where a training works until its model is done. Its folder then gets its own name. */
export function workFolder(out: string): string {
  return `${out.replace(/[/\\]+$/, "")}.training`;
}

/**
 * The record of the training whose model goes to `out`. Undefined where none is, as before the
 * first end of a training, done, stopped or failed.
 * @throws UsageError when the record cannot be read.
 */
export async function readTrainRecord(out: string): Promise<TrainRecord | undefined> {
  const path = [out, workFolder(out)].map((folder) => join(folder, trainRecordName)).find((file) => existsSync(file));
  return path === undefined ? undefined : parseTrainRecord(path, await readFile(path, "utf8"), trainRecord);
}

/**
 * What a schema takes of the text of a `train.json`.
 * @throws UsageError that names the file, when it is not as expected.
 */
export function parseTrainRecord<Schema extends z.ZodType>(path: string, text: string, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : messageOf(error);
    throw new UsageError(`${path} is no record of a training that this version reads (${why}).`);
  }
}
