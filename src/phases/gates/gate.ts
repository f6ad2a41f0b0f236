import type { ModelReply } from "../../models/model.ts";
import type { TagSet } from "../../records/system-message/tag-set.ts";
import type { PresetName } from "../presets.ts";

/**
 * What is done when a gate finds something. `retry` asks again, and then does what `whenExhausted`
 * says. `keep-original` keeps the original response. `drop` drops the row. `off` does not look.
 */
export const gatePolicies = ["retry", "keep-original", "drop", "off"] as const;
export type GatePolicy = (typeof gatePolicies)[number];

/** What a gate looks at. */
export interface GateInput {
  /** The new response. */
  readonly reply: ModelReply;
  /** The response that the new one replaces. */
  readonly original: string;
  /** The system message that the new response was written under. */
  readonly systemMessage: string;
  /** The last message of the user before the response. */
  readonly instruction: string;
  /** The row's other columns, for its last response. Empty for earlier ones. */
  readonly columns: Readonly<Record<string, unknown>>;
  /** The functionalities that the phrases of the system message may serve. */
  readonly tags: TagSet;
}

/** That a gate could not look, and why, for people. */
export interface NotChecked {
  readonly notChecked: string;
}

/** A check on a new response, by code. `gates/index.ts` has the table of gates. */
export interface Gate<Name extends string = string> {
  /** The gate's key under `respond.gates`, and its file's name. */
  readonly name: Name;
  /** What the gate finds, in words for the report page and docs/configuration.md. */
  readonly finding: string;
  /** What a person can do if many responses are caught, as the rest of a sentence. */
  readonly cure: string;
  readonly presets: Readonly<Record<PresetName, GatePolicy>>;
  /**
   * What is wrong with the response, for people. Undefined if nothing is. A promise is for what
   * needs an import first.
   */
  find(input: GateInput): string | undefined | NotChecked | Promise<string | undefined>;
}
