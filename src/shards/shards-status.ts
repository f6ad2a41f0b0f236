import { existsSync } from "node:fs";
import { withoutTexts } from "../config/own-texts.ts";
import { resolveConfig } from "../config/run-config.ts";
import { shardName, type Shard } from "../datasets/shard.ts";
import { SysGenError } from "../errors.ts";
import { isLocked } from "../platform/file-lock.ts";
import { readManifest } from "../runs/manifest.ts";
import type { RowCounts } from "../runs/counts.ts";
import type { Money } from "../runs/money.ts";
import { runFiles } from "../runs/run-files.ts";
import { stateOf, type RunState } from "../runs/run-state.ts";
import { readRunStatus } from "../runs/status.ts";
import { hasDraw } from "./draw-lines.ts";
import { readPlan, shardFolder, shardsOf } from "./plan.ts";

/**
 * `not-begun` until a task has worked on the shard. `unreadable` where run.json is damaged and no
 * task is at work.
 */
export type ShardState = RunState | "not-begun" | "unreadable";

/** How far one shard came. */
export interface ShardStatus {
  readonly shard: string;
  readonly state: ShardState;
  readonly rows: Pick<RowCounts, "done" | "dropped" | "failed">;
  /** Calls paid, and the tokens of their prompts and replies. */
  readonly calls: number;
  readonly tokens: number;
  /** Why its rows and calls are not known, as a sentence. Undefined where they are. */
  readonly problem: string | undefined;
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
  const manifest = await readManifest(files.manifest).catch(asProblem);
  if (typeof manifest === "string") return isLocked(files.lock) ? "running" : "unreadable";
  return manifest === undefined ? "not-begun" : stateOf(manifest, files);
}

/** Reads how far the shards of a planned run came, beside the tasks that may be at work. */
export async function readShardsStatus(out: string): Promise<ShardsStatus> {
  const plan = await readPlan(out);
  const shards: ShardStatus[] = [];
  const moneys: Money[] = [];
  for (const shard of shardsOf(plan, hasDraw(resolveConfig(withoutTexts(plan.config))))) {
    const folder = shardFolder(out, shard);
    const files = runFiles(folder);
    const isThere = existsSync(files.manifest) && existsSync(files.index) && existsSync(files.results);
    const read = isThere ? await readRunStatus(folder).catch(asProblem) : undefined;
    const found = typeof read === "string" ? undefined : read;
    if (found?.money !== undefined) moneys.push(found.money);
    shards.push({
      shard: shardName(shard),
      state: found?.state ?? (await shardState(out, shard)),
      rows: { done: found?.rows.done ?? 0, dropped: found?.rows.dropped ?? 0, failed: found?.rows.failed ?? 0 },
      calls: sum(found?.calls ?? [], ({ calls }) => calls),
      tokens: sum(found?.calls ?? [], ({ inputTokens, outputTokens }) => inputTokens + outputTokens),
      problem: typeof read === "string" ? read : undefined,
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

/** The sentence of an error that a person can act on. */
function asProblem(error: unknown): string {
  if (error instanceof SysGenError) return error.message;
  throw error;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
