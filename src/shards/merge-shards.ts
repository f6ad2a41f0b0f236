import type { Config } from "../config/config-schema.ts";
import { shardName } from "../datasets/shard.ts";
import { UsageError } from "../errors.ts";
import type { PipelineOptions } from "../pipeline/own-parts.ts";
import { runPart } from "../pipeline/run-pipeline.ts";
import { joinPart } from "../runs/join-part.ts";
import type { PaidCalls } from "../runs/journal/paid-totals.ts";
import { openRun } from "../runs/open-run.ts";
import { runFiles } from "../runs/run-files.ts";
import type { RunSummary } from "../runs/summary.ts";
import { budgetToPay, closeShards } from "./close-shards.ts";
import { hasDraw, readFindings } from "./draw-lines.ts";
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
 * @throws UsageError when no task has begun, and when it is to pay while a shard is at work.
 */
export async function mergeShards(out: string, given: Config, { pay, ...options }: MergeOptions): Promise<MergedRun> {
  let plan = await readPlan(out);
  const config = await partConfig(plan, given, { out, budget: plan.budget.whole });
  const found = await readFindings(out, config);
  if (found === undefined && !pay)
    throw new UsageError(
      `Nothing can be merged yet: no task has drawn the judge's line (${shardFolder(out, { index: "draw" })}). Let one run first.`,
    );
  const unfinished: { shard: string; state: ShardState }[] = [];
  let joinedCalls = 0;
  let { budget } = config;
  {
    await using held = await openRun(out, "own", () => {}, { waitMs: config.waitForLockMs, signal: options.signal });
    if (pay) plan = await closeShards(out, plan, hasDraw(config));
    const paid: PaidCalls[] = [];
    for (const shard of shardsOf(plan, hasDraw(config))) {
      options.signal?.throwIfAborted();
      const files = runFiles(shardFolder(out, shard));
      // Looked at first. A shard that ends meanwhile counts as unfinished.
      const state = await shardState(out, shard);
      if (state !== "finished") unfinished.push({ shard: shardName(shard), state });
      const joined = await joinPart(held.store, files, found?.calibration);
      joinedCalls += joined.calls;
      paid.push(...joined.paid);
      if (joined.damaged > 0)
        options.observer?.onNotice?.(`${files.journal}: ${joined.damaged} lines are not as they were written, and were left out.`);
      if (joined.unread !== undefined)
        options.observer?.onNotice?.(
          `Shard ${shardName(shard)}: results that cannot be read were not taken over, and their rows are made from its journal. ${joined.unread}`,
        );
    }
    await held.store.settled();
    if (pay) budget = await budgetToPay(out, plan, { config, paid, merged: held.store.journal.countPaid() });
  }
  const part = { shard: undefined, wholeBudget: plan.budget.whole, calibration: found?.calibration, keepsFailed: !pay };
  const whole = { ...(found === undefined ? config : withFindings(config, found)), budget };
  const summary = await runPart(whole, { ...options, journalOnly: !pay }, part);
  return { ...summary, unfinished, joinedCalls };
}
