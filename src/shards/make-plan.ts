import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { resolve } from "node:path";
import type { Config } from "../config/config-schema.ts";
import { withTextPaths, withTextsInside } from "../config/own-texts.ts";
import { resolveConfig, type RunConfig } from "../config/run-config.ts";
import { openInput } from "../datasets/input.ts";
import { SysGenError, UsageError } from "../errors.ts";
import { completionsUrl } from "../models/openai/openai-compatible.ts";
import { holdsKey } from "../models/openai/request-headers.ts";
import { beyond, type Spending } from "../models/spending/budget.ts";
import { plannedIdentity } from "../pipeline/planned-identity.ts";
import { explainWriteError } from "../platform/disk-errors.ts";
import { runFiles } from "../runs/run-files.ts";
import { paidIn, spendingOf } from "../runs/spending.ts";
import { budgetParts } from "./budget-parts.ts";
import { pricesOf } from "./close-shards.ts";
import { refuseSpent } from "./refuse-spent.ts";
import { hasDraw } from "./draw-lines.ts";
import { inWords, ofOtherConfiguration } from "./other-configuration.ts";
import { planPath, planVersion, readPlan, shardFolder, shardsFolder, shardsOf, writePlan, type Plan } from "./plan.ts";

/**
 * Plans a run in shards, and writes the plan into its run directory. No row is read and no model is
 * asked.
 * @param onNotice Told of headers that may hold a key, and of shards of another configuration.
 * @throws UsageError for what cannot be planned: stdin, a key in the clear, a bad base URL, a
 * budget that is too small or less than what shards have spent, and another plan in the same
 * directory.
 */
export async function makePlan(
  given: Config,
  shards: number,
  onNotice: (text: string) => void = () => {},
): Promise<{ readonly out: string; readonly plan: Plan }> {
  const { log: _log, quiet: _quiet, json: _json, out: _out, retry, rerunPhase, force, waitForLock: _wait, ...rest } = given;
  for (const [name, value] of Object.entries({ retry, "rerun-phase": rerunPhase, force }))
    if (value !== undefined) throw new UsageError(`--${name} is for a run that is there, and cannot be planned.`);
  const doubtful = refuseKeys(rest);
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
    budget: await budgetParts(config, shards, before === undefined ? await spentBefore(out, shards, config) : before.budget.earlier),
    ...(before?.closed && { closed: before.closed }),
    config: {
      // Tasks and merges need no file of the user's, and none that was changed meanwhile.
      ...withTextsInside(withTextPaths(rest, (_key, path) => resolve(path))),
      // Tasks begin in any folder.
      input: input.source === undefined ? input.identity : config.input,
      ...(given.model !== undefined && existsSync(given.model) && { model: resolve(given.model) }),
      ...(given.judgeModel !== undefined && existsSync(given.judgeModel) && { judgeModel: resolve(given.judgeModel) }),
      ...(given.gates && { gates: given.gates.map((file) => resolve(file)) }),
    },
  };
  if (before !== undefined) {
    refuseOtherPlan(out, before, plan);
    await refuseSpent(out, before, plan, config);
  }
  await mkdir(shardsFolder(out), { recursive: true }).catch((error: unknown) => {
    throw explainWriteError(shardsFolder(out), error);
  });
  await writePlan(out, plan);
  if (before !== undefined) await tellOthers(out, plan, config, onNotice);
  for (const name of doubtful)
    onNotice(`--header ${name} stands in ${planPath(out)} as it was given. If it is secret, write it as '${name}: \${MY_VALUE}'.`);
  return { out, plan };
}

/** Tells of a shard that cannot be merged by a plan that was made anew. */
async function tellOthers(out: string, plan: Plan, config: RunConfig, onNotice: (text: string) => void): Promise<void> {
  const differsFrom = await plannedIdentity(config, {}).catch((error: unknown) => {
    // What a task needs, such as a key, may be there alone.
    if (!(error instanceof SysGenError)) throw error;
  });
  if (differsFrom === undefined) return;
  const others = await ofOtherConfiguration(out, shardsOf(plan, hasDraw(config)), differsFrom);
  if (others.size > 0)
    onNotice(
      `${inWords(others)} Results of such a shard are not merged, and its task is refused. Plan the run again as it was, or choose another --out.`,
    );
}

/**
 * What previews have spent in a directory that has no plan. Its plan may have been deleted after a
 * merge, whose journal has the calls of the shards, which count in their parts.
 */
async function spentBefore(out: string, shards: number, config: RunConfig): Promise<Spending | undefined> {
  const { journal } = runFiles(out);
  if (!existsSync(journal)) return undefined;
  const priceOf = await pricesOf(config);
  const ofShards = shardsOf({ shards }, true)
    .map((shard) => runFiles(shardFolder(out, shard)).journal)
    .filter((path) => existsSync(path))
    .flatMap(paidIn);
  return beyond(spendingOf(paidIn(journal), priceOf), spendingOf(ofShards, priceOf));
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

/** Parameters of a URL's query that are no secret. Azure's API wants its version there. */
const openParameters: ReadonlySet<string> = new Set(["api-version"]);
/** Names of headers that are no secret. */
const openHeaders: ReadonlySet<string> = new Set([
  "accept",
  "anthropic-version",
  "content-type",
  "http-referer",
  "openai-beta",
  "openai-organization",
  "openai-project",
  "user-agent",
  "x-title",
]);
/** Names of headers that hold a key as a rule. */
const secretName = /auth|cookie|credential|key|passw|secret|session|signature|token/;
const secretValue = /^(?:basic|bearer|token)\s/i;

/**
 * A plan is a file that many machines read, so it holds no key.
 * @returns Names of headers that may hold one.
 */
function refuseKeys({ headers = {}, judgeHeaders = {}, baseUrl = [], judgeBaseUrl = [] }: Config): string[] {
  const doubtful: string[] = [];
  for (const [name, value] of [...Object.entries(headers), ...Object.entries(judgeHeaders)]) {
    const known = name.toLowerCase();
    if (value.includes("${") || openHeaders.has(known)) continue;
    if (holdsKey({ [known]: value }) || secretName.test(known) || secretValue.test(value))
      throw new UsageError(`--header ${name}: a plan holds no key. Write it as '${name}: \${MY_KEY}', and set MY_KEY where the tasks run.`);
    doubtful.push(name);
  }
  for (const url of [...baseUrl, ...judgeBaseUrl]) {
    if (!URL.canParse(url)) continue;
    const { username, password, searchParams } = new URL(url);
    if (username !== "" || password !== "")
      throw new UsageError(
        "--base-url: a plan holds no password. Give it in an environment variable by --api-key-env where the tasks run.",
      );
    const parameter = [...searchParams.keys()].find((name) => !openParameters.has(name));
    if (parameter !== undefined)
      throw new UsageError(
        `--base-url: a plan holds no query, because that may hold a key, and this one has "${parameter}". Leave it out here, and give the whole URL to the tasks: --base-url in the line of the script that runs them, with the key in an environment variable.`,
      );
  }
  return doubtful;
}
