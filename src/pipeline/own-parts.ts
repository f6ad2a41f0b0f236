import type { RunConfig } from "../config/run-config.ts";
import { formats as builtIn } from "../datasets/formats/index.ts";
import type { Format } from "../datasets/formats/format.ts";
import { formatOf, ownFormatSchema, type OwnFormat } from "../datasets/formats/own-format.ts";
import { UsageError } from "../errors.ts";
import type { RunOptions } from "../execution/observer.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { ownModelSchema, type OwnModel } from "../models/own/own-model.ts";
import { gateNames } from "../phases/gates/index.ts";
import { loadGates } from "../phases/own/load-gates.ts";
import type { OwnGate } from "../phases/own/own-gate.ts";
import { ownPhaseSchema, type OwnPhase } from "../phases/own/own-phase.ts";
import { checkOwn, versionOf } from "../platform/own-code.ts";
import type { Identity } from "../runs/manifest.ts";
import { phasePurposes } from "./road.ts";

/** Code of the user's own, as objects. docs/library.md has an example of each. */
export interface OwnParts {
  /** Gates beside those of the configuration's `gates`, which are files. */
  readonly gates?: readonly OwnGate[] | undefined;
  /** Phases in the order in which they stand behind the same phase. */
  readonly phases?: readonly OwnPhase[] | undefined;
  /** Layouts of rows. They are tried before those of the program. */
  readonly formats?: readonly OwnFormat[] | undefined;
  /** Models in place of those of the configuration. */
  readonly models?: { readonly generator?: OwnModel | undefined; readonly judge?: OwnModel | undefined } | undefined;
}

/** What a run is given beside its configuration. */
export interface PipelineOptions extends RunOptions, OwnParts {}

/** Own code that was loaded and checked, and the configuration with it. */
export interface LoadedParts {
  readonly config: RunConfig;
  readonly gates: readonly OwnGate[];
  readonly phases: readonly OwnPhase[];
  readonly formats: readonly Format[];
  /** What of own code decides the data. @param format The name of the format that is read. */
  identity(format: string): Identity;
}

/**
 * Loads and checks all code of the user, before anything is opened.
 * @throws UsageError for what cannot be loaded, lacks a field, or takes a name that is taken.
 */
export async function loadParts(config: RunConfig, { gates = [], phases = [], formats = [], models = {} }: OwnParts): Promise<LoadedParts> {
  const loaded = await loadGates(config.gates, gates);
  phases.forEach((phase) => checkOwn(ownPhaseSchema, phase, "options.phases"));
  refuseTaken("phase", phases, [...phasePurposes.map(({ name }) => name), "read"]);
  formats.forEach((format) => checkOwn(ownFormatSchema, format, "options.formats"));
  refuseTaken("format", formats, [...builtIn.map(({ name }) => name), "columns"]);
  for (const [role, model] of Object.entries(models)) if (model !== undefined) checkOwn(ownModelSchema, model, `options.models.${role}`);
  refuseUnknownGates(
    config,
    loaded.map(({ gate }) => gate.name),
  );
  const { generator, judge } = models;
  const own = loaded.map(({ gate }) => gate);
  return {
    config: {
      ...config,
      ...(generator && { generator: { ...config.generator, ...servedBy(generator) } }),
      ...(judge && { judge: { ...config.generator, ...servedBy(judge) } }),
      phases: { ...config.phases, respond: withPolicies(config.phases.respond, own) },
    },
    gates: own,
    phases,
    formats: formats.map(formatOf),
    identity: (format) => {
      const identity: Identity = {};
      for (const { gate, version } of loaded) identity[`code.gate.${gate.name}`] = { phase: "respond", value: version };
      for (const phase of phases)
        identity[`code.phase.${phase.name}`] = { phase: "respond", value: `${phase.after ?? "respond"} ${versionOf(phase, "run")}` };
      for (const part of formats)
        if (part.name === format) identity[`code.format.${format}`] = { phase: "input", value: versionOf(part, "read") };
      if (generator) identity["code.model"] = { phase: "generate", value: versionOf(generator, "chat") };
      if (judge) identity["code.judgeModel"] = { phase: "verify", value: versionOf(judge, "chat") };
      return identity;
    },
  };
}

function servedBy(own: OwnModel): Pick<ModelChoice, "own" | "model" | "baseUrls"> {
  return { own, model: own.name, baseUrls: [] };
}

type RespondSettings = RunConfig["phases"]["respond"];

/** The settings with the policy of each own gate. What the configuration says of a gate wins. */
function withPolicies(settings: RespondSettings, gates: readonly OwnGate[]): RespondSettings {
  const policies = Object.fromEntries(gates.map(({ name, policy = "retry" }) => [name, policy]));
  return { ...settings, gates: { ...policies, ...settings.gates } };
}

/** @throws UsageError when `respond.gates` names what is no gate. */
function refuseUnknownGates({ phases }: RunConfig, own: readonly string[]): void {
  const known: readonly string[] = [...gateNames, ...own];
  const unknown = Object.keys(phases.respond.gates).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`respond.gates.${unknown}: no gate has this name. Known gates: ${known.join(", ")}.`);
}

/** @throws UsageError when two parts have a name, or the program uses the name. */
function refuseTaken(kind: string, parts: readonly { readonly name: string }[], taken: readonly string[]): void {
  const names = [...taken];
  for (const { name } of parts) {
    // Questions of the judge are counted by such names.
    if (names.includes(name) || (kind === "phase" && name.startsWith("judge-")))
      throw new UsageError(`options.${kind}s: the name "${name}" is taken. Name the ${kind} otherwise.`);
    names.push(name);
  }
}
