import { z } from "zod";
import { UsageError } from "../errors.ts";
import type { BatchOptions } from "../execution/batch/batch-options.ts";
import type { ModelChoice } from "../models/model-choice.ts";

/** The phases that ask models, with the names of all that they ask models for. */
const purposesOf = {
  generate: ["generate"],
  verify: ["verify", "calibrate", "check"],
  respond: ["respond"],
} as const;
type BatchedPhase = keyof typeof purposesOf;
const batchedPhases = ["generate", "verify", "respond"] as const satisfies readonly BatchedPhase[];

/** Stands for the server of `batch: file`, which other programs ask. */
export const unaskedServer = "http://localhost:8000/v1";

const defaultLeast = 200;
const phase = z.enum(batchedPhases);

/** What `--batch` and the key `batch` may say. */
export const batchSchema = z.union(
  [
    z.boolean(),
    z.literal("file"),
    z
      .string()
      .transform((text) => text.split(",").map((part) => part.trim()))
      .pipe(z.array(phase)),
    z.array(phase),
  ],
  `expected file, or some of ${batchedPhases.join(",")}`,
);

interface BatchKeys {
  readonly batch?: z.infer<typeof batchSchema> | undefined;
  readonly wait?: boolean | undefined;
  readonly batchLeast?: number | undefined;
}

/**
 * How a run's calls are made in batches. Undefined where they are made online.
 * @throws UsageError for a phase whose model has no server, and for `wait: false` without batches.
 */
export function batchOptions(keys: BatchKeys, models: Readonly<Record<BatchedPhase, ModelChoice>>): BatchOptions | undefined {
  const { batch = false } = keys;
  if (batch === false) return online(keys);
  const phases = typeof batch === "object" ? batch : undefined;
  const asked = phases ?? batchedPhases;
  const inProcess = asked.filter((name) => models[name].baseUrls.length === 0);
  if (phases === undefined ? inProcess.length === asked.length : inProcess.length > 0)
    throw noServer(`the model of ${inProcess.join(", ")}`);
  const purposes = phases === undefined ? "all" : phases.flatMap((name) => purposesOf[name]);
  return { session: "run", purposes, ...waysOf(keys) };
}

/**
 * How a judge's calls are made in batches. Undefined where they are made online.
 * @throws UsageError for a judge without a server, and for `wait: false` without batches.
 */
export function judgeBatchOptions(keys: BatchKeys, judge: ModelChoice): BatchOptions | undefined {
  const { batch = false } = keys;
  if (batch === false) return online(keys);
  if (judge.baseUrls.length === 0) throw noServer("the judge");
  return { session: "judge", purposes: "all", ...waysOf(keys) };
}

function waysOf({ batch, wait = true, batchLeast }: BatchKeys): Pick<BatchOptions, "way" | "waits" | "least"> {
  return {
    way: batch === "file" ? "file" : "server",
    waits: wait,
    least: batchLeast ?? (batch === "file" ? 0 : defaultLeast),
  };
}

/** Whoever wants not to wait counts on batches, and would pay the full price. */
function online({ wait }: BatchKeys): undefined {
  if (wait !== false) return undefined;
  throw new UsageError(
    "--no-wait: expected --batch with it, because calls that are made online are waited for, at full price. Add --batch, or leave --no-wait out.",
  );
}

function noServer(who: string): UsageError {
  return new UsageError(`--batch: ${who} runs in process, and batches are made by a server. Give its base URL.`);
}
