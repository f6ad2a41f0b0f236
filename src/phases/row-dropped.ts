import type { RemovedPhrase } from "../records/outcome.ts";

/**
 * Thrown by a phase to end a row's road. It is an outcome of the row with a reason code, and not an
 * error of the program.
 */
export class RowDropped extends Error {
  readonly phase: string;
  readonly reason: string;

  /** The phrases that this phase had removed by then. */
  readonly removed: readonly RemovedPhrase[];

  constructor(phase: string, reason: string, detail: string, removed: readonly RemovedPhrase[] = []) {
    super(detail);
    this.phase = phase;
    this.reason = reason;
    this.removed = removed;
  }
}
