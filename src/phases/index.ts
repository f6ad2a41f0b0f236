import { z } from "zod";
import { filter } from "./filter.ts";
import { generate } from "./generate.ts";
import type { Given } from "./phase.ts";
import type { PresetName } from "./presets.ts";
import { respond } from "./respond.ts";
import { verify } from "./verify.ts";

/** The table of phases, in the order of a row's road. */
export const phases = [generate, filter, verify, respond] as const;
type AnyPhase = (typeof phases)[number];
export type PhaseName = AnyPhase["name"];
export const phaseNames: readonly PhaseName[] = phases.map(({ name }) => name);

/** The settings of all phases, by the phase's name. */
export type PhaseSettings = { readonly [Phase in AnyPhase as Phase["name"]]: Phase["presets"][PresetName] };

/** What a config file may say of the phases, as keys of its schema. */
export const phaseConfigShape = {
  generate: generate.config.optional().describe("settings of the phase that writes system messages"),
  filter: filter.config.optional().describe("settings of the phase that takes malformed pieces out"),
  verify: verify.config.optional().describe("settings of the judge of phrases"),
  respond: respond.config.optional().describe("settings of the phase that writes new responses, and of its gates"),
} satisfies Record<PhaseName, unknown>;

/** The settings of all phases as run.json has them. */
export const phaseSettingsSchema = z.object({
  generate: generate.settings,
  filter: filter.settings,
  verify: verify.settings,
  respond: respond.settings,
} satisfies Record<PhaseName, unknown>);

/** Some settings of some phases. */
export type GivenSettings = { readonly [Name in PhaseName]?: Given<PhaseSettings[Name]> | undefined };

/** A preset's settings, with those that are given put over them. */
export function settingsOf(preset: PresetName, given: GivenSettings = {}): PhaseSettings {
  const gates = over(respond.presets[preset].gates, given.respond?.gates);
  return {
    generate: over(generate.presets[preset], given.generate),
    filter: over(filter.presets[preset], given.filter),
    verify: over(verify.presets[preset], given.verify),
    respond: { ...over(respond.presets[preset], given.respond), gates },
  };
}

/** The base with what is given put over it. A value that is undefined is not given. */
function over<T extends object>(base: T, given: Given<T> | undefined): T {
  const set = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(set) };
}
