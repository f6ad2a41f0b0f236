import type { Answers } from "../records/answers.ts";
import type { Example } from "../records/example.ts";
import type { Message } from "../records/message.ts";
import type { GateRecord, RemovedPhrase } from "../records/outcome.ts";
import type { ResponseOrigin } from "../records/response-origin.ts";
import type { Phrase, Tag } from "../records/system-message/phrase.ts";
import type { JudgedPhrase } from "../records/verdict.ts";
import type { Generated, Sieve } from "./sieve.ts";

/** A message as it was written, and what sifts it for the row. */
export interface Candidate {
  readonly generated: Generated;
  readonly sieve: Sieve;
}

/** That a row's message is written again from the beginning. */
export interface Rewrite {
  /** Number of the rewrite, from 1. */
  readonly rewrite: number;
  /** Why an earlier message cannot be used, as a sentence for the generator. */
  readonly fault: string;
}

/**
 * A row on its road. It holds the example, and what the phases have added so far. Each phase
 * returns a new one.
 */
export interface RowUnderWay {
  readonly example: Example;
  /** Set when the message is to be written again. */
  readonly again: Rewrite | undefined;
  /** Tags that the message was asked to have, to meet their wanted shares. */
  readonly askedTags: readonly Tag[];
  /** From `generate` until `filter` has looked at the message. */
  readonly candidate: Candidate | undefined;
  /** What `filter` left of the message, in canonical order. */
  readonly phrases: readonly Phrase[];
  /** What `verify` left of the phrases. */
  readonly judged: readonly JudgedPhrase[];
  /** Whether the judge takes the message for another row's. */
  readonly looksForeign: boolean;
  /** The judged phrases as a model sees them. */
  readonly systemMessage: string;
  /** The conversation with its new responses, without the system message. */
  readonly messages: readonly Message[];
  readonly originalResponses: readonly string[];
  /** Who wrote each response, from `respond` on. */
  readonly responses: readonly ResponseOrigin[];
  readonly gates: readonly GateRecord[];
  /** Undefined until `respond`, and where it does not look at final answers. */
  readonly answers?: Answers | undefined;
  /** What the user's own phases added, by their names. Undefined if they added nothing. */
  readonly added?: Readonly<Record<string, unknown>> | undefined;
  /** Phrases that were removed so far. */
  readonly removed: readonly RemovedPhrase[];
}

/** A row at the beginning of its road. */
export function beginRow(example: Example): RowUnderWay {
  return {
    example,
    again: undefined,
    askedTags: [],
    candidate: undefined,
    phrases: [],
    judged: [],
    looksForeign: false,
    systemMessage: "",
    messages: [],
    originalResponses: [],
    responses: [],
    gates: [],
    removed: [],
  };
}
