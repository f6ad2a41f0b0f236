import type { ModelReply } from "../../models/model.ts";

/**
 * What a gate looks at. It is a new response, the original that it replaces, and the system message
 * and the user's instruction that it was written for.
 */
export interface GateInput {
  readonly reply: ModelReply;
  readonly original: string;
  readonly systemMessage: string;
  readonly instruction: string;
}

/** A check of a new response by code. Returns what is wrong, or undefined. */
export type Gate = (input: GateInput) => string | undefined;
