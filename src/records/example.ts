import type { Message } from "./message.ts";

/** A conversation to make a system message for. A format makes it from a row. */
export interface Example {
  /** The row's own id, or `line-<n>`. Unique within a run. */
  readonly id: string;
  /** The line of the file at which the row begins, from 1. */
  readonly line: number;
  /** The conversation without its system message. */
  readonly messages: readonly Message[];
  /** The system message that the row already holds, if any. */
  readonly systemMessage?: string;
  /** Tool definitions of the row, carried through untouched. */
  readonly tools?: unknown;
  /** The row's other columns, carried through untouched. */
  readonly columns: Readonly<Record<string, unknown>>;
}
