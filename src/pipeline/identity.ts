import type { RunConfig } from "../config/run-config.ts";
import type { Dataset } from "../datasets/index.ts";
import { shardName, type Shard } from "../datasets/shard.ts";
import type { ModelIdentity } from "../models/backend.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { phases, type PhaseName } from "../phases/index.ts";
import type { Asked, Phase } from "../phases/phase.ts";
import { promptHash } from "../phases/prompts/hashes.ts";
import { askSentences } from "../phases/prompts/tag-ask.ts";
import type { Identity, RecordedFacts } from "../runs/manifest.ts";
import { standardTags } from "../records/system-message/tag-set.ts";
import { packageVersion } from "../platform/version.ts";
import { redact } from "../secrets.ts";

type Identified = ModelIdentity;

/**
 * The settings that decide what a run's rows become, each with the phase that it touches first.
 * Endpoints, keys, limits and concurrency are not among the settings, because a run may go on with
 * others.
 * @param ownCode What the user's own code adds.
 */
export function identityOf(
  config: RunConfig,
  dataset: { readonly input: Pick<Dataset["input"], "identity">; readonly format: Pick<Dataset["format"], "name"> },
  model: Identified,
  judge: Identified,
  ownCode: Identity = {},
): Identity {
  const { seed = null } = config;
  const identity: Identity = {
    input: { phase: "input", value: dataset.input.identity },
    format: { phase: "input", value: dataset.format.name },
    ...(config.columns && { columns: { phase: "input", value: Object.values(config.columns).filter(Boolean).join(" ") } }),
    existingSystem: { phase: "input", value: config.existingSystem },
    model: { phase: "generate", value: model.name },
    "generate.outputForm": { phase: "generate", value: model.outputForm },
    judgeModel: { phase: "verify", value: judge.name },
    "verify.outputForm": { phase: "verify", value: judge.outputForm },
    "verify.questionsAtOnce": { phase: "verify", value: judge.questionsAtOnce },
    ...(model.request && { "generate.request": { phase: "generate", value: JSON.stringify(model.request) } }),
    ...(judge.request && { "verify.request": { phase: "verify", value: JSON.stringify(judge.request) } }),
    seed: { phase: "generate", value: seed },
    maxReasks: { phase: "generate", value: config.maxReasks },
    ...ownCode,
    ...tagIdentity(config),
  };
  const steps: readonly Phase<PhaseName, Asked, object>[] = phases;
  for (const step of steps) {
    const prompt = step.prompt?.(config.phases[step.name], config.tags);
    if (prompt !== undefined) identity[`prompts.${step.name}`] = { phase: step.name, value: promptHash(prompt) };
  }
  for (const { name: phase } of steps)
    for (const [name, value] of flatten(withoutTexts(config.phases[phase]))) identity[`${phase}.${name}`] = { phase, value };
  return identity;
}

/** What tells the run of a shard from that of another, and from the whole. */
export function shardIdentity(shard: Shard | undefined): Identity {
  return shard === undefined ? {} : { shard: { phase: "input", value: shardName(shard) } };
}

/** The hash of a phase's prompt stands for texts of the user's own. A file may be moved. */
function withoutTexts(settings: object): object {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== "texts"));
}

/** What tells the run's tags from the paper's eight, and the shares that are wanted. */
function tagIdentity({ tags, tagShares }: RunConfig): Identity {
  const phase = "generate";
  const shared = Object.keys(tagShares);
  return {
    ...(tags !== standardTags && { tags: { phase, value: tags.names.join(" ") } }),
    ...Object.fromEntries(
      tags.own.map(({ name, meaning, example }) => [
        `tags.${name}`,
        { phase, value: example === undefined ? meaning : `${meaning} (${example})` },
      ]),
    ),
    ...Object.fromEntries(Object.entries(tagShares).map(([tag, value]) => [`tagShares.${tag}`, { phase, value }])),
    ...(shared.length > 0 && { "prompts.tagShares": { phase, value: promptHash(askSentences({ include: shared, avoid: shared }, tags)) } }),
  };
}

/** `gates: {empty: "retry"}` as `gates.empty: "retry"`. */
function flatten(settings: object): [string, Identity[string]["value"]][] {
  return Object.entries(settings).flatMap(([name, value]: [string, unknown]): [string, Identity[string]["value"]][] => {
    if (typeof value === "object" && value !== null) return flatten(value).map(([inner, leaf]) => [`${name}.${inner}`, leaf]);
    return [[name, typeof value === "number" || typeof value === "boolean" ? value : String(value)]];
  });
}

/**
 * What run.json says beside the identity. These are the whole configuration, without any key, and
 * the versions that made the run.
 */
export function factsOf(config: RunConfig, { input }: { readonly input: Pick<Dataset["input"], "source"> }): RecordedFacts {
  return {
    versions: { sysgen: packageVersion(), node: process.version },
    ...(input.source === undefined ? {} : { source: input.source }),
    config: { ...config, generator: withoutSecrets(config.generator), judge: config.judge && withoutSecrets(config.judge) },
  };
}

function withoutSecrets(choice: ModelChoice): object {
  return { ...choice, baseUrls: choice.baseUrls.map(bareUrl), headers: undefined, own: undefined };
}

/** A base URL as run.json has it, without user, password and query. */
export function bareUrl(text: string): string {
  const url = new URL(text);
  // Not `origin`, which is "null" for URLs other than those of the web.
  return redact(`${url.protocol}//${url.host}${url.pathname}`);
}
