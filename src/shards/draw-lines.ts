import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { RunConfig } from "../config/run-config.ts";
import { RunInUse, UsageError } from "../errors.ts";
import { fieldsToProbe } from "../execution/settle-constraint.ts";
import { constraintFields, type ConstraintField } from "../models/openai/wire.ts";
import type { Calibration } from "../phases/calibration.ts";
import type { PipelineOptions } from "../pipeline/own-parts.ts";
import { runPart } from "../pipeline/run-pipeline.ts";
import { isLocked } from "../platform/file-lock.ts";
import { readManifest, type Manifest } from "../runs/manifest.ts";
import { OwnerReplaced } from "../runs/owner.ts";
import { runFiles } from "../runs/run-files.ts";
import { refuseClosed, shardFolder, type Plan } from "./plan.ts";

/** What all parts of a run have in common and only calls tell. */
export interface SharedFindings {
  /** Where the judge draws its lines. Undefined where no row is drawn. */
  readonly calibration: Calibration | undefined;
  /** What the generator's server enforces, in place of `--constrain auto`. */
  readonly constraintField: ConstraintField | "auto";
}

/** Time between two looks at the draw of another process, in milliseconds. */
const lookEveryMs = 500;
/** How long a process waits that was replaced in the draw's directory, in milliseconds. */
const replacedWaitMs = 60_000;

/**
 * Whether a run has a draw, which is rows on which the judge is calibrated, or a server that is
 * asked what it enforces. Its directory is `shards/draw`.
 */
export function hasDraw({ phases, generator }: RunConfig): boolean {
  return phases.verify.calibrationRows > 0 || fieldsToProbe(generator).length > 0;
}

/** What the draw has found so far. Undefined while not all of it is known. */
export async function readFindings(out: string, config: RunConfig): Promise<SharedFindings | undefined> {
  if (!hasDraw(config)) return { calibration: undefined, constraintField: config.generator.constraintField };
  const manifest = await readManifest(drawFiles(out).manifest);
  return manifest && findingsIn(manifest, config);
}

const drawFiles = (out: string) => runFiles(shardFolder(out, { index: "draw" }));

const recordedField = z.object({ generator: z.object({ constraintField: z.enum(["auto", ...constraintFields]) }) });

function findingsIn({ calibration, config: recorded }: Manifest, config: RunConfig): SharedFindings | undefined {
  const { verify, respond } = config.phases;
  const constraintField = recordedField.safeParse(recorded).data?.generator.constraintField;
  if (constraintField === undefined) return undefined;
  if (verify.calibrationRows === 0) return { calibration: undefined, constraintField };
  const isDrawn = calibration !== undefined && (respond.check === "off" || calibration.obedience !== undefined);
  return isDrawn ? { calibration, constraintField } : undefined;
}

const rowsSummary = z.object({ rows: z.object({ failed: z.number() }) });

/** Whether nothing is left to do in the draw. */
function isThrough({ state, summary }: Manifest): boolean {
  return state === "finished" && rowsSummary.safeParse(summary).data?.rows.failed === 0;
}

/**
 * Waits until the draw is known, and makes it if no other process is at work on it. So its calls
 * are paid once, whichever task comes first, and a task that dies is taken over from.
 * @param config The draw's own configuration.
 * @throws UsageError when the draw came to its end, or its budget to its own, and not all is known.
 */
export async function drawLines(plan: Plan, out: string, config: RunConfig, options: PipelineOptions): Promise<SharedFindings> {
  const { signal, observer } = options;
  const files = drawFiles(out);
  const shard = { index: "draw", of: plan.shards } as const;
  let hasWaited = false;
  for (;;) {
    const found = await readFindings(out, config);
    const manifest = await readManifest(files.manifest);
    if (found !== undefined && (!hasDraw(config) || (manifest !== undefined && isThrough(manifest)) || isLocked(files.lock))) return found;
    try {
      const mayBegin = (): Promise<void> => refuseClosed(out);
      const summary = await runPart(config, options, { shard, wholeBudget: plan.budget.whole, calibration: undefined, mayBegin });
      signal?.throwIfAborted();
      const drawn = await readFindings(out, config);
      if (drawn !== undefined) return drawn;
      const why = summary.stoppedBy === undefined ? "." : `: ${summary.stoppedBy} Plan the run again with a larger budget.`;
      throw new UsageError(`What all shards have in common could not be found out${why} See sysgen status ${out}.`);
    } catch (error) {
      if (!(error instanceof RunInUse) && !(error instanceof OwnerReplaced)) throw error;
      if (!hasWaited) observer?.onNotice?.(`Another task draws the judge's line in ${shardFolder(out, shard)}: waiting for it.`);
      hasWaited = true;
      await setTimeout(error instanceof OwnerReplaced ? replacedWaitMs : lookEveryMs, undefined, { signal });
    }
  }
}
