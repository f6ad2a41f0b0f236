import type { RemovedPhrase } from "../records/outcome.ts";

/** Thrown by a phase to end a row's road: not an error of the program, an outcome with its reason code. */
export class RowDropped extends Error {
  readonly phase: string;
  readonly reason: string;

  /** The phrases that were removed before it came to this. */
  readonly removed: readonly RemovedPhrase[];

  constructor(phase: string, reason: string, detail: string, removed: readonly RemovedPhrase[] = []) {
    super(detail);
    this.phase = phase;
    this.reason = reason;
    this.removed = removed;
  }
}
