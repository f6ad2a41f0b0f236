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
const batchedPhases = Object.keys(purposesOf) as readonly BatchedPhase[];

const defaultLeast = 200;
const phase = z.enum(["generate", "verify", "respond"], `expected ${batchedPhases.join(", ")}, several of them with commas, or file`);

/** What `--batch` and the key `batch` may say. */
export const batchSchema = z.union([
  z.boolean(),
  z.literal("file"),
  z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .pipe(z.array(phase)),
  z.array(phase),
]);

interface BatchKeys {
  readonly batch?: z.infer<typeof batchSchema> | undefined;
  readonly wait?: boolean | undefined;
  readonly batchLeast?: number | undefined;
}

/**
 * How a run's calls are made in batches. Undefined where they are made online.
 * @throws UsageError for a phase whose model has no server.
 */
export function batchOptions(
  { batch = false, wait = true, batchLeast }: BatchKeys,
  models: Readonly<Record<BatchedPhase, ModelChoice>>,
): BatchOptions | undefined {
  if (batch === false) return undefined;
  const phases = typeof batch === "object" ? batch : undefined;
  const asked = phases ?? batchedPhases;
  const inProcess = asked.filter((name) => models[name].baseUrls.length === 0 && models[name].own === undefined);
  if (phases === undefined ? inProcess.length === asked.length : inProcess.length > 0)
    throw new UsageError(
      `--batch: the model of ${inProcess.join(", ")} runs in process, and batches are made by a server. Give --base-url.`,
    );
  return {
    session: "run",
    purposes: phases === undefined ? "all" : phases.flatMap((name) => purposesOf[name]),
    way: batch === "file" ? "file" : "server",
    waits: wait,
    least: batchLeast ?? (batch === "file" ? 0 : defaultLeast),
  };
}
