import type { Config } from "../config/config-schema.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { Shard } from "../datasets/shard.ts";
import { UsageError } from "../errors.ts";
import type { Environment } from "../platform/environment.ts";
import { runPart } from "../pipeline/run-pipeline.ts";
import type { PipelineOptions } from "../pipeline/own-parts.ts";
import type { RunSummary } from "../runs/summary.ts";
import { drawLines, type SharedFindings } from "./draw-lines.ts";
import { partConfig } from "./part-config.ts";
import { readPlan, refuseClosed, shardFolder, type Plan } from "./plan.ts";

/** A shard of a planned run, ready to be run. */
export interface PreparedShard {
  readonly plan: Plan;
  /** The directory of the whole. */
  readonly out: string;
  readonly shard: Shard;
  readonly draw: RunConfig;
  readonly config: RunConfig;
}

/**
 * Prepares a shard for its task.
 * @param named `3/64`, or `env` where the engine's environment says which one.
 * @param given What the task's command says otherwise than the plan.
 * @throws UsageError when there is no such shard.
 */
export async function prepareShard(named: string, out: string, given: Config, env: Environment): Promise<PreparedShard> {
  const plan = await readPlan(out);
  const shard = shardNamed(named, plan.shards, env);
  // A task that waits for the draw needs its findings, not its lock.
  const { retry: _retry, waitForLock: _wait, ...ofDraw } = given;
  return {
    plan,
    out,
    shard,
    draw: await partConfig(plan, ofDraw, { out: shardFolder(out, { index: "draw" }), budget: plan.budget.draw }),
    config: await partConfig(plan, given, { out: shardFolder(out, shard), budget: plan.budget.shard }),
  };
}

/** Takes the rows of a shard through the phases, after the rows of the draw if nobody else does. */
export async function runShard({ plan, out, shard, draw, config }: PreparedShard, options: PipelineOptions): Promise<RunSummary> {
  const found = await drawLines(plan, out, draw, options);
  const { calibration } = found;
  const mayBegin = (): Promise<void> => refuseClosed(out);
  return runPart(withFindings(config, found), options, { shard, wholeBudget: plan.budget.whole, calibration, mayBegin });
}

/** The configuration with what the draw found of the server. */
export function withFindings(config: RunConfig, { constraintField }: SharedFindings): RunConfig {
  return { ...config, generator: { ...config.generator, constraintField } };
}

/** Variables by which engines tell a task its number, and the number of the first task. */
const variables = [
  ["SLURM_ARRAY_TASK_ID", 1],
  ["JOB_COMPLETION_INDEX", 0],
] as const;

/** @throws UsageError when there is no such shard in the plan. */
function shardNamed(named: string, of: number, env: Environment): Shard {
  const [index, total] = named === "env" ? [fromEnvironment(env), of] : numbersIn(named);
  if (total !== of) throw new UsageError(`--shard ${named}: the plan is of ${of} shards.`);
  if (index < 1 || index > of) throw new UsageError(`--shard ${named}: expected a shard from 1 to ${of}, found ${index}.`);
  return { index, of };
}

function numbersIn(named: string): [index: number, of: number] {
  const [, index, of] = /^(\d+)\/(\d+)$/.exec(named) ?? [];
  if (index === undefined || of === undefined)
    throw new UsageError(`--shard: expected a number and how many there are, such as 3/64, or env; found "${named}".`);
  return [Number(index), Number(of)];
}

function fromEnvironment(env: Environment): number {
  for (const [name, first] of variables) {
    const value = env[name];
    if (value !== undefined && /^\d+$/.test(value)) return Number(value) - first + 1;
  }
  throw new UsageError(
    `--shard env: none of ${variables.map(([name]) => name).join(", ")} is set. Slurm's job arrays and Kubernetes' Indexed Jobs set one; elsewhere give --shard <k>/<n>.`,
  );
}
