import { existsSync } from "node:fs";
import type { Config } from "../config/config-schema.ts";
import { shardName } from "../datasets/shard.ts";
import { UsageError } from "../errors.ts";
import { nothing, type Spending } from "../models/spending/budget.ts";
import type { PipelineOptions } from "../pipeline/own-parts.ts";
import { plannedIdentity, type DiffersFrom } from "../pipeline/planned-identity.ts";
import { runPart } from "../pipeline/run-pipeline.ts";
import { isAskedAnew, listed } from "../runs/configuration-change.ts";
import { joinPart } from "../runs/join-part.ts";
import type { PaidCalls } from "../runs/journal/paid-totals.ts";
import type { Manifest } from "../runs/manifest.ts";
import { openRun } from "../runs/open-run.ts";
import { runFiles } from "../runs/run-files.ts";
import { bytesOf } from "../runs/shards-left.ts";
import type { RunSummary } from "../runs/summary.ts";
import { counted } from "../texts/number-text.ts";
import { closeShards, paidTwice } from "./close-shards.ts";
import { hasDraw, readFindings } from "./draw-lines.ts";
import { inWords, ofOtherConfiguration } from "./other-configuration.ts";
import { partConfig } from "./part-config.ts";
import { readPlan, shardFolder, shardsOf } from "./plan.ts";
import { withFindings } from "./run-shard.ts";
import { shardState, type ShardState } from "./shards-status.ts";

export interface MergeOptions extends PipelineOptions {
  /** Models are asked for what no shard has paid, and failed rows are tried again. */
  readonly pay: boolean;
}

/** The run that the shards make together. */
export interface MergedRun extends RunSummary {
  /** Shards that are not finished, so that their rows may be missing. */
  readonly unfinished: readonly { readonly shard: string; readonly state: ShardState }[];
  /** Calls that were taken over from the shards by this merge. */
  readonly joinedCalls: number;
}

/**
 * Puts the shards of a run together in its directory, also while they are at work. What each has
 * paid goes into one journal. The run then goes over all rows, so that its files are those that one
 * process writes with these replies.
 * @param given What the command says otherwise than the plan.
 * @throws UsageError when no task has begun, when the run of the directory is no longer that of the
 * plan, and when it is to pay while a shard is at work.
 */
export async function mergeShards(out: string, given: Config, { pay, ...options }: MergeOptions): Promise<MergedRun> {
  let plan = await readPlan(out);
  const config = await partConfig(plan, given, { out, budget: plan.budget.whole });
  const differsFrom = await plannedIdentity(config, options);
  const found = await readFindings(out, plan, config, differsFrom).catch((error: unknown) => {
    if (!pay || !(error instanceof UsageError)) throw error;
  });
  const onNotice = options.observer?.onNotice ?? (() => {});
  const unfinished: { shard: string; state: ShardState }[] = [];
  let joinedCalls = 0;
  let journalBytes = 0;
  let spentElsewhere: Spending = nothing;
  {
    const check = (before: Manifest | undefined): void => refuseOwnWork(out, before, differsFrom);
    await using held = await openRun(out, "own", check, { waitMs: config.waitForLockMs, signal: options.signal });
    // A plan that was made anew may have no draw any more. What one has paid is taken over.
    const isDrawn = hasDraw(config) || existsSync(shardFolder(out, { index: "draw" }));
    if (pay) plan = await closeShards(out, plan, isDrawn);
    const shards = shardsOf(plan, isDrawn);
    const others = await ofOtherConfiguration(out, shards, differsFrom);
    if (others.size > 0)
      onNotice(`${inWords(others)} Results of such a shard were not taken over, and its rows are made from replies that fit the plan.`);
    // Of which configuration results are is said in run.json, and another version took over those
    // of any.
    if (others.size > 0 || held.manifest === undefined) held.store.results.clear();
    const paid: PaidCalls[] = [];
    for (const shard of shards) {
      options.signal?.throwIfAborted();
      const name = shardName(shard);
      const files = runFiles(shardFolder(out, shard));
      // Looked at first. A shard that ends or pays meanwhile counts as unfinished.
      const state = await shardState(out, shard);
      if (state !== "finished") unfinished.push({ shard: name, state });
      journalBytes += bytesOf(files.journal);
      const fits = (part: Manifest): boolean => !isAskedAnew(part) && differsFrom(part).length === 0;
      const joined = await joinPart(held.store, files, { calibration: found?.calibration, fits });
      joinedCalls += joined.calls;
      paid.push(...joined.paid);
      for (const [path, lines] of [[files.journal, joined.damaged.journal] as const, [files.retries, joined.damaged.retries] as const])
        if (lines > 0) onNotice(`${path}: ${lines} lines are not as they were written, and were left out.`);
      if (joined.unread !== undefined)
        onNotice(
          `Shard ${name}: results that cannot be read were not taken over, and their rows are made from its journal. ${joined.unread}`,
        );
    }
    await held.store.settled();
    if (pay) spentElsewhere = await paidTwice(out, plan, { config, paid, merged: held.store.journal.countPaid() });
  }
  if (spentElsewhere.calls > 0)
    onNotice(
      `${counted(spentElsewhere.calls, "call was", "calls were")} paid twice, by two shards or by a preview before them, and count twice toward the budget.`,
    );
  const part = {
    shard: undefined,
    wholeBudget: plan.budget.whole,
    calibration: found?.calibration,
    keepsFailed: !pay,
    merged: { unfinished: unfinished.length, journalBytes },
    spentElsewhere,
  };
  const summary = await runPart(found === undefined ? config : withFindings(config, found), { ...options, journalOnly: !pay }, part);
  return { ...summary, unfinished, joinedCalls };
}

/**
 * Refuses to merge into a run that is no longer the plan's, before anything is taken over. Rows
 * that it has still to make would get the results that the shards have for them.
 */
function refuseOwnWork(out: string, before: Manifest | undefined, differsFrom: DiffersFrom): void {
  if (before === undefined) return;
  const changed = differsFrom(before);
  if (changed.length > 0)
    throw new UsageError(
      `${out} was made with another configuration than its plan has (${listed(changed)}), so nothing is merged into it. Go on there with sysgen run; or, to merge, plan the run again as it was when it was merged before.`,
    );
  if (isAskedAnew(before))
    throw new UsageError(
      `${out} was asked anew after it was merged (--rerun-phase), so its rows are of other replies than those of its shards, and nothing is merged into it. Go on there with sysgen run.`,
    );
}
