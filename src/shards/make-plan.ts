import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { resolve } from "node:path";
import type { Config } from "../config/config-schema.ts";
import { withTextPaths } from "../config/own-texts.ts";
import { resolveConfig } from "../config/run-config.ts";
import { openInput } from "../datasets/input.ts";
import { UsageError } from "../errors.ts";
import { completionsUrl } from "../models/openai/openai-compatible.ts";
import { keyNames } from "../models/openai/request-headers.ts";
import { explainWriteError } from "../platform/disk-errors.ts";
import { budgetParts } from "./budget-parts.ts";
import { planPath, planVersion, readPlan, shardsFolder, writePlan, type Plan } from "./plan.ts";

/**
 * Plans a run in shards, and writes the plan into its run directory. No row is read and no model is
 * asked.
 * @throws UsageError for what cannot be planned: stdin, a key in the clear, a bad base URL, a
 * budget that is too small, and another plan in the same directory.
 */
export async function makePlan(given: Config, shards: number): Promise<{ readonly out: string; readonly plan: Plan }> {
  const { log: _log, quiet: _quiet, json: _json, out: _out, retry, rerunPhase, force, waitForLock: _wait, ...rest } = given;
  for (const [name, value] of Object.entries({ retry, "rerun-phase": rerunPhase, force }))
    if (value !== undefined) throw new UsageError(`--${name} is for a run that is there, and cannot be planned.`);
  refuseKeys(rest);
  const config = resolveConfig(given);
  if (config.batch !== undefined)
    throw new UsageError("Shards and --batch do not go together: leave --batch out, and plan the shards for servers.");
  for (const url of [config.generator, ...(config.judge ? [config.judge] : [])].flatMap(({ baseUrls }) => baseUrls)) completionsUrl(url);
  const input = await openInput(config.input, { fileType: config.fileType, stdin: process.stdin });
  if (!input.isRepeatable)
    throw new UsageError("Each shard reads the whole input, and stdin or a pipe can be read only once. Write it to a file first.");
  const out = resolve(config.out);
  const before = existsSync(planPath(out)) ? await readPlan(out) : undefined;
  const plan: Plan = {
    version: planVersion,
    shards,
    input: { identity: input.identity, stamp: input.stamp },
    budget: await budgetParts(config, shards),
    ...(before?.closed && { closed: before.closed }),
    config: {
      ...withTextPaths(rest, (_key, path) => resolve(path)),
      // Tasks begin in any folder.
      input: input.source === undefined ? input.identity : config.input,
      ...(given.model !== undefined && existsSync(given.model) && { model: resolve(given.model) }),
      ...(given.judgeModel !== undefined && existsSync(given.judgeModel) && { judgeModel: resolve(given.judgeModel) }),
      ...(given.gates && { gates: given.gates.map((file) => resolve(file)) }),
    },
  };
  if (before !== undefined) refuseOtherPlan(out, before, plan);
  await mkdir(shardsFolder(out), { recursive: true }).catch((error: unknown) => {
    throw explainWriteError(shardsFolder(out), error);
  });
  await writePlan(out, plan);
  return { out, plan };
}

/** A plan may be made anew with other servers, limits and a larger budget, not with other rows. */
function refuseOtherPlan(out: string, before: Plan, plan: Plan): void {
  const rowsOf = ({ shards, input, config }: Plan): unknown => ({
    shards,
    input: input.identity,
    offset: config.offset,
    limit: config.limit,
    sample: config.sample,
    seed: config.seed,
  });
  if (isDeepStrictEqual(rowsOf(JSON.parse(JSON.stringify(before))), rowsOf(JSON.parse(JSON.stringify(plan))))) return;
  throw new UsageError(
    `${out} holds a plan of ${before.shards} shards over other rows, or of another number of shards. Choose another --out; or delete ${shardsFolder(out)}, with which what its shards have paid is lost unless it was merged.`,
  );
}

/** A plan is a file that many machines read, so it holds no key. */
function refuseKeys({ headers = {}, judgeHeaders = {}, baseUrl = [], judgeBaseUrl = [] }: Config): void {
  for (const [name, value] of [...Object.entries(headers), ...Object.entries(judgeHeaders)])
    if (keyNames.includes(name.toLowerCase()) && !value.includes("${"))
      throw new UsageError(`--header ${name}: a plan holds no key. Write it as '${name}: \${MY_KEY}', and set MY_KEY where the tasks run.`);
  for (const url of [...baseUrl, ...judgeBaseUrl]) {
    const { username, password } = URL.canParse(url) ? new URL(url) : { username: "", password: "" };
    if (username !== "" || password !== "")
      throw new UsageError(
        "--base-url: a plan holds no password. Give it in an environment variable by --api-key-env where the tasks run.",
      );
  }
}
