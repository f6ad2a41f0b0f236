import type { Answers } from "./answers.ts";
import type { Message } from "./message.ts";
import type { ResponseOrigin } from "./response-origin.ts";
import type { Fault, Tag } from "./system-message/phrase.ts";
import type { Usage } from "./usage.ts";
import type { JudgedPhrase } from "./verdict.ts";

/**
 * A phrase that did not reach the system message. The filter removed it as a fault, or the judge by
 * its verdict.
 */
export type RemovedPhrase = Fault | JudgedPhrase;

/**
 * What a gate found in a response, and what was done about it. `not-checked` says that the gate
 * could not look.
 */
export interface GateRecord {
  readonly gate: string;
  /** The response's index among the responses of the conversation, from 0. */
  readonly turn: number;
  readonly detail: string;
  readonly action: "retried" | "kept-original" | "dropped" | "not-checked";
}

/** A row that is in `dataset.jsonl`. */
export interface Done {
  readonly outcome: "done";
  readonly messages: readonly Message[];
  readonly tools?: unknown;
  /** The row's other columns. */
  readonly columns: Readonly<Record<string, unknown>>;
  readonly phrases: readonly JudgedPhrase[];
  readonly removed: readonly RemovedPhrase[];
  readonly originalResponses: readonly string[];
  /** Of each response of the conversation. */
  readonly responses: readonly ResponseOrigin[];
  readonly replacedSystemMessage: string | undefined;
  readonly gates: readonly GateRecord[];
  /** Undefined if the run does not look at final answers. */
  readonly answers?: Answers | undefined;
  /** What the user's own phases added, by their names. */
  readonly added?: Readonly<Record<string, unknown>> | undefined;
  /** The message was written again, because the judge took it for another row's. */
  readonly writtenAgain?: true;
  /** Tags that the message was asked to have, to meet their wanted shares. Undefined if none. */
  readonly askedTags?: readonly Tag[];
  readonly usage: Usage;
}

/** The reason of rows that failed because code of the user threw. */
export const ownCodeFailed = "own-code";

/** The reason of rows that failed unasked, because the run had stopped before it came to them. */
export const notTried = "not-tried";

/**
 * A row that is in `rejected.jsonl`. A dropped row has a reason of its own. A failed row is worth
 * another try.
 */
export interface Rejected {
  readonly outcome: "dropped" | "failed";
  /** Where the row's road ended. `read`, or the name of a phase. */
  readonly phase: string;
  readonly reason: string;
  readonly detail: string;
  readonly removed: readonly RemovedPhrase[];
  /** As in `Done`. */
  readonly writtenAgain?: true;
}

export type Outcome = Done | Rejected;
