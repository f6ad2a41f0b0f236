import { existsSync } from "node:fs";
import type { Config } from "../config/config-schema.ts";
import { resolveConfig, type RunConfig } from "../config/run-config.ts";
import { openInput } from "../datasets/input.ts";
import { UsageError } from "../errors.ts";
import type { BudgetLimits } from "../models/spending/budget.ts";
import type { Plan } from "./plan.ts";

/** What a task may say otherwise than the plan: how models are called, and what is told. */
const ownKeys: readonly string[] = [
  "input",
  "out",
  "baseUrl",
  "apiKeyEnv",
  "headers",
  "judgeBaseUrl",
  "judgeApiKeyEnv",
  "judgeHeaders",
  "concurrency",
  "requestsPerMinute",
  "tokensPerMinute",
  "judgeRequestsPerMinute",
  "judgeTokensPerMinute",
  "timeout",
  "judgeTimeout",
  "maxRetries",
  "contextSize",
  "embedded",
  "retry",
  "waitForLock",
  "log",
  "quiet",
  "json",
] satisfies (keyof Config)[];

const isWhole = "is for a whole run: merge the shards, and give it to sysgen run in their run directory.";
const noBatch = "does not go with shards: each calls its servers online. Leave it out.";
/** What neither a task nor its plan may say. */
const unplannable = [
  { key: "force", flag: "--force", why: isWhole },
  { key: "rerunPhase", flag: "--rerun-phase", why: isWhole },
  { key: "batch", flag: "--batch", why: noBatch },
  { key: "batchLeast", flag: "--batch-least", why: noBatch },
  { key: "wait", flag: "--no-wait", why: noBatch },
] as const satisfies readonly { readonly key: keyof Config; readonly flag: string; readonly why: string }[];

/**
 * The configuration of a part of a planned run.
 * @param given What the task's own command says.
 * @throws UsageError when it says what the plan decides for all shards, and when the input is not
 * as it was planned.
 */
export async function partConfig(
  plan: Plan,
  given: Config,
  part: { readonly out: string; readonly budget: BudgetLimits },
): Promise<RunConfig> {
  const unplanned = unplannable.find(({ key }) => given[key] !== undefined);
  if (unplanned !== undefined) throw new UsageError(`${unplanned.flag} ${unplanned.why}`);
  const foreign = Object.keys(given).find((key) => !ownKeys.includes(key));
  if (foreign !== undefined) {
    const flag = foreign.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${flag} is the same for all shards, so it stands in the plan. Give it to sysgen shards.`);
  }
  const config = resolveConfig({ ...plan.config, ...given, input: plan.config.input, out: part.out });
  await refuseOtherInput(plan, given.input, config);
  return { ...config, budget: part.budget };
}

async function refuseOtherInput({ input: planned }: Plan, named: string | undefined, { input: path, fileType }: RunConfig): Promise<void> {
  const options = { fileType, stdin: process.stdin };
  const input = await openInput(path, options);
  const other = named === undefined || !existsSync(named) ? undefined : (await openInput(named, options)).identity;
  if (other !== undefined && other !== planned.identity)
    throw new UsageError(`The plan is of ${planned.identity}, and the command names ${other}. Leave the input out: the plan has it.`);
  if (input.stamp !== planned.stamp)
    throw new UsageError(
      `${planned.identity} has changed since the run was planned, so its rows may belong to other shards. Put the file back, or plan the run anew with sysgen shards.`,
    );
}
