import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { RunConfig } from "../config/run-config.ts";
import { RunInUse, UsageError } from "../errors.ts";
import { fieldsToProbe } from "../execution/settle-constraint.ts";
import { constraintFields, type ConstraintField } from "../models/openai/wire.ts";
import type { Calibration } from "../phases/calibration.ts";
import type { PipelineOptions } from "../pipeline/own-parts.ts";
import { plannedIdentity, type DiffersFrom } from "../pipeline/planned-identity.ts";
import { runPart } from "../pipeline/run-pipeline.ts";
import { isLocked, tryLock } from "../platform/file-lock.ts";
import { isAskedAnew, refuseChanges } from "../runs/configuration-change.ts";
import { readManifest, readManifestIfWhole, type Manifest } from "../runs/manifest.ts";
import { OwnerReplaced } from "../runs/owner.ts";
import { runFiles, type RunFiles } from "../runs/run-files.ts";
import { refuseClosed, shardFolder, shardsOf, type Plan } from "./plan.ts";

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

/**
 * What the parts of a run have in common, for putting the parts together. The draw has found it,
 * and each part and the whole say it of themselves. So it is known also where the draw's run.json
 * is damaged or gone.
 * @throws UsageError when it is not known yet, or was found for another configuration.
 */
export async function readFindings(out: string, plan: Plan, config: RunConfig, differsFrom: DiffersFrom): Promise<SharedFindings> {
  if (!hasDraw(config)) return withoutDraw(config);
  const draw = shardFolder(out, { index: "draw" });
  for (const folder of [draw, out, ...shardsOf(plan, false).map((shard) => shardFolder(out, shard))]) {
    const manifest = await readManifestIfWhole(runFiles(folder).manifest);
    if (manifest === undefined) continue;
    const changed = differsFrom(manifest);
    if (folder === draw) refuseChanges(draw, changed, asPlanned);
    // A run that asked the judge anew has drawn lines of its own.
    const found = changed.length > 0 || isAskedAnew(manifest) ? undefined : findingsIn(manifest, config);
    if (found !== undefined) return found;
  }
  throw new UsageError(`Nothing can be merged yet: no task has drawn the judge's line (${draw}). Let one run first.`);
}

const asPlanned = { force: false, rerunPhase: undefined, isPlanned: true } as const;

function withoutDraw({ generator }: RunConfig): SharedFindings {
  return { calibration: undefined, constraintField: generator.constraintField };
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
 * @throws UsageError when the draw came to its end, or its budget to its own, and not all is known,
 * and when it was made with another configuration.
 */
export async function drawLines(plan: Plan, out: string, config: RunConfig, options: PipelineOptions): Promise<SharedFindings> {
  if (!hasDraw(config)) return withoutDraw(config);
  const { signal, observer } = options;
  const files = drawFiles(out);
  const shard = { index: "draw", of: plan.shards } as const;
  const differsFrom = await plannedIdentity(config, options);
  const findings = (manifest: Manifest | undefined): SharedFindings | undefined => {
    if (manifest === undefined) return undefined;
    refuseChanges(shardFolder(out, shard), differsFrom(manifest), asPlanned);
    return findingsIn(manifest, config);
  };
  let hasWaited = false;
  for (;;) {
    const manifest = await readManifestIfWhole(files.manifest);
    const found = findings(manifest);
    if (found !== undefined && ((manifest !== undefined && isThrough(manifest)) || isLocked(files.lock))) return found;
    try {
      await setAsideIfUnreadable(files);
      const mayBegin = (): Promise<void> => refuseClosed(out);
      const summary = await runPart(config, options, { shard, wholeBudget: plan.budget.whole, calibration: undefined, mayBegin });
      signal?.throwIfAborted();
      const drawn = findings(await readManifest(files.manifest));
      if (drawn !== undefined) return drawn;
      const why = summary.stoppedBy === undefined ? "." : `: ${summary.stoppedBy} Plan the run again with a larger budget.`;
      throw new UsageError(`What all shards have in common could not be found out${why} See sysgen status ${out}.`);
    } catch (error) {
      if (!(error instanceof RunInUse)) throw error;
      if (!hasWaited) observer?.onNotice?.(`Another task draws the judge's line in ${shardFolder(out, shard)}: waiting for it.`);
      hasWaited = true;
      await setTimeout(error instanceof OwnerReplaced ? replacedWaitMs : lookEveryMs, undefined, { signal });
    }
  }
}

/**
 * Renames a run.json that is damaged, so that the draw is made anew. Its journal has what was paid.
 * Nothing is renamed while another process is at work there, which may have written a whole one.
 */
async function setAsideIfUnreadable({ manifest, lock }: RunFiles): Promise<void> {
  if (!existsSync(manifest)) return;
  using held = tryLock(lock);
  if (held === undefined) return;
  const known = await readManifestIfWhole(manifest);
  if (known === undefined) await rename(manifest, `${manifest}.damaged`);
}
