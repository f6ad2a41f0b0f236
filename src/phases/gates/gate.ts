import type { ModelReply } from "../../models/model.ts";

/** What a gate looks at: a new response, the one it replaces, and the system message it was written under. */
export interface GateInput {
  readonly reply: ModelReply;
  readonly original: string;
  readonly systemMessage: string;
  readonly instruction: string;
}

/** A check on a new response, by code. Returns what is wrong, or undefined. */
export type Gate = (input: GateInput) => string | undefined;
