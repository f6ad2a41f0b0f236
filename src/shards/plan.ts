import { join } from "node:path";
import { z } from "zod";
import { configSchema, type Config } from "../config/config-schema.ts";
import type { Shard } from "../datasets/shard.ts";
import { SysGenError, UsageError, messageOf } from "../errors.ts";
import { readIfThere } from "../platform/read-if-there.ts";
import { runFiles } from "../runs/run-files.ts";
import { writeAtomically } from "../platform/write-atomically.ts";

/** Far more than schedulers take. Each shard is a folder that status and merge look into. */
export const mostShards = 100_000;

const limitsSchema = z.object({ maxCalls: z.number().optional(), maxTokens: z.number().optional(), maxCost: z.number().optional() });

const spendingSchema = z.object({ calls: z.number(), tokens: z.number(), cost: z.number() });

const planSchema = z.object({
  version: z.literal(1),
  /** How many numbered shards there are. */
  shards: z.int().min(1).max(mostShards),
  input: z.object({
    /** As in the run's identity. Absolute for files. */
    identity: z.string(),
    /** Changes when the rows may have changed. */
    stamp: z.string().optional(),
  }),
  /** What may be spent in all, on the draw, and on each numbered shard. */
  budget: z.object({
    whole: limitsSchema,
    draw: limitsSchema,
    shard: limitsSchema,
    /** What the directory of the whole had spent before it was planned, as on a preview. */
    earlier: spendingSchema.optional(),
  }),
  /**
   * There once `sysgen merge --pay` began to pay for what is missing. No shard may be run since,
   * because it would pay for the same again.
   */
  closed: z
    .object({
      /** What shards paid for calls of other shards. The merged journal has these once. */
      paidTwice: spendingSchema.optional(),
    })
    .optional(),
  /** What the config file and the flags said, without what belongs to one command. */
  config: configSchema,
});

/** `shards/plan.json`: what all tasks of a run in shards go by. No secrets. */
export interface Plan extends Readonly<Omit<z.infer<typeof planSchema>, "config">> {
  readonly config: Config;
}

export const planVersion = 1;

/** The folder of a run's shards, below its run directory. */
export const shardsFolder = (out: string): string => join(out, "shards");

/** The path of the plan of a run in shards. */
export const planPath = (out: string): string => runFiles(out).plan;

/** The run directory of a shard. */
export const shardFolder = (out: string, { index }: Pick<Shard, "index">): string => join(shardsFolder(out), String(index));

/** The run directories of a plan's shards. The draw is first where there is one. */
export function shardsOf(plan: Pick<Plan, "shards">, hasDraw: boolean): Shard[] {
  const numbered = Array.from({ length: plan.shards }, (_, index): Shard => ({ index: index + 1, of: plan.shards }));
  return hasDraw ? [{ index: "draw", of: plan.shards }, ...numbered] : numbered;
}

/** @throws UsageError when the folder holds no plan, SysGenError when it is none. */
export async function readPlan(out: string): Promise<Plan> {
  const path = planPath(out);
  const text = await readIfThere(path);
  if (text === undefined)
    throw new UsageError(
      `No plan in ${out}: expected ${path}. Make one with: sysgen shards <input> --shards <n> --on <engine> --out ${out}`,
    );
  try {
    return planSchema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : messageOf(error);
    throw new SysGenError(
      `${path} is no plan of shards (${why}). Delete it, and make it anew with the same sysgen shards command. What the shards have paid stays.`,
    );
  }
}

/** @throws UsageError when the shards of the plan are closed. */
export async function refuseClosed(out: string): Promise<void> {
  if ((await readPlan(out)).closed !== undefined)
    throw new UsageError(
      `The shards of ${out} are closed: "sysgen merge --pay" began to pay for what they had not, and a shard would pay for it again. Go on with: sysgen merge ${out} --pay`,
    );
}

export async function writePlan(out: string, plan: Plan): Promise<void> {
  await writeAtomically(planPath(out), [`${JSON.stringify(plan, null, 2)}\n`]);
}
