import type { Message } from "./message.ts";
import type { Fault } from "./system-message/phrase.ts";
import type { Usage } from "./usage.ts";
import type { JudgedPhrase } from "./verdict.ts";

/** Where a row can end early, which is while it is read or in one of the four phases. */
export type Stage = "read" | PhaseName;
export const phaseNames = ["generate", "filter", "verify", "respond"] as const;
export type PhaseName = (typeof phaseNames)[number];

/**
 * What `sysgen judge` asks about a finished run. `judge-pair` asks which of two responses is
 * better, `judge-phrases` asks which phrases a response obeys.
 */
export const judgePhases = ["judge-pair", "judge-phrases"] as const;
export type JudgePhase = (typeof judgePhases)[number];

/** What a call to a model is for, in the order of work. Waiting calls of later ones go first. */
export const callPhases = [...phaseNames, ...judgePhases] as const;
export type CallPhase = (typeof callPhases)[number];

/**
 * A phrase that did not reach the system message. The filter removed it as a fault, or the judge by
 * its verdict.
 */
export type RemovedPhrase = Fault | JudgedPhrase;

/** What a gate found in a response, and what was done about it. */
export interface GateRecord {
  readonly gate: string;
  /** The response's index among the responses of the conversation, from 0. */
  readonly turn: number;
  readonly detail: string;
  readonly action: "retried" | "kept-original" | "dropped";
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
  readonly replacedSystemMessage: string | undefined;
  readonly gates: readonly GateRecord[];
  readonly usage: Usage;
}

/**
 * A row that is in `rejected.jsonl`. A dropped row has a reason of its own. A failed row is worth
 * another try.
 */
export interface Rejected {
  readonly outcome: "dropped" | "failed";
  readonly phase: Stage;
  readonly reason: string;
  readonly detail: string;
  readonly removed: readonly RemovedPhrase[];
}

export type Outcome = Done | Rejected;
