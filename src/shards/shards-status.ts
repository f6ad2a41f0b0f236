import { existsSync } from "node:fs";
import { resolveConfig } from "../config/run-config.ts";
import { shardName, type Shard } from "../datasets/shard.ts";
import { readManifest } from "../runs/manifest.ts";
import type { RowCounts } from "../runs/counts.ts";
import type { Money } from "../runs/money.ts";
import { runFiles } from "../runs/run-files.ts";
import { stateOf, type RunState } from "../runs/run-state.ts";
import { readRunStatus } from "../runs/status.ts";
import { hasDraw } from "./draw-lines.ts";
import { readPlan, shardFolder, shardsOf } from "./plan.ts";

/** `not-begun` until a task has worked on the shard. */
export type ShardState = RunState | "not-begun";

/** How far one shard came. */
export interface ShardStatus {
  readonly shard: string;
  readonly state: ShardState;
  readonly rows: Pick<RowCounts, "done" | "dropped" | "failed">;
  /** Calls paid, and the tokens of their prompts and replies. */
  readonly calls: number;
  readonly tokens: number;
}

/** How far the shards of a run came, together and one by one. */
export interface ShardsStatus {
  readonly planned: number;
  readonly states: Readonly<Partial<Record<ShardState, number>>>;
  readonly rows: ShardStatus["rows"];
  readonly calls: number;
  readonly tokens: number;
  readonly money: Money | undefined;
  readonly shards: readonly ShardStatus[];
}

/** How a shard's last task ended, or that one is at work. */
export async function shardState(out: string, shard: Shard): Promise<ShardState> {
  const files = runFiles(shardFolder(out, shard));
  const manifest = await readManifest(files.manifest);
  return manifest === undefined ? "not-begun" : stateOf(manifest, files);
}

/** Reads how far the shards of a planned run came, beside the tasks that may be at work. */
export async function readShardsStatus(out: string): Promise<ShardsStatus> {
  const plan = await readPlan(out);
  const shards: ShardStatus[] = [];
  const moneys: Money[] = [];
  for (const shard of shardsOf(plan, hasDraw(resolveConfig(plan.config)))) {
    const folder = shardFolder(out, shard);
    const files = runFiles(folder);
    const isThere = existsSync(files.manifest) && existsSync(files.index) && existsSync(files.results);
    const found = isThere ? await readRunStatus(folder) : undefined;
    if (found?.money !== undefined) moneys.push(found.money);
    shards.push({
      shard: shardName(shard),
      state: found?.state ?? "not-begun",
      rows: { done: found?.rows.done ?? 0, dropped: found?.rows.dropped ?? 0, failed: found?.rows.failed ?? 0 },
      calls: sum(found?.calls ?? [], ({ calls }) => calls),
      tokens: sum(found?.calls ?? [], ({ inputTokens, outputTokens }) => inputTokens + outputTokens),
    });
  }
  const states: Partial<Record<ShardState, number>> = {};
  for (const { state } of shards) states[state] = (states[state] ?? 0) + 1;
  return {
    planned: plan.shards,
    states,
    rows: {
      done: sum(shards, ({ rows }) => rows.done),
      dropped: sum(shards, ({ rows }) => rows.dropped),
      failed: sum(shards, ({ rows }) => rows.failed),
    },
    calls: sum(shards, ({ calls }) => calls),
    tokens: sum(shards, ({ tokens }) => tokens),
    money:
      moneys.length === 0
        ? undefined
        : { spent: sum(moneys, ({ spent }) => spent), unpriced: [...new Set(moneys.flatMap(({ unpriced }) => unpriced))] },
    shards,
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
