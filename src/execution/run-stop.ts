import { setMaxListeners } from "node:events";
import type { ModelError, SysGenError } from "../errors.ts";

/** Rows that fail at code of the user, with none done before, until the run stops. */
const mostOwnCodeFailures = 8;

/**
 * Ends a run early, and remembers why. Calls in flight are left to end, because they are paid. The
 * user's signal and a spent budget end rows and calls. An error that every further call would meet
 * too ends the calls. Rows that come after such an error fail unasked, and a rerun tries them
 * again.
 */
export class RunStop implements Disposable {
  readonly #rows = new AbortController();
  readonly #fatal = new AbortController();
  readonly #users: AbortSignal | undefined;
  #budget: Error | undefined;
  #error: SysGenError | undefined;
  /** Rows that failed at code of the user. Negative once a row was done. */
  #ownCodeFailures = 0;
  #waiting = 0;
  #waitsFor: string | undefined;
  /** Once aborted, no further row begins, and rows that need a call have no outcome. */
  readonly rows: AbortSignal;
  /** Once aborted, no further call begins. */
  readonly calls: AbortSignal;

  constructor(users: AbortSignal | undefined) {
    this.#users = users;
    this.rows = this.#rows.signal;
    this.calls = AbortSignal.any([this.rows, this.#fatal.signal]);
    // Every waiting row and call may listen.
    setMaxListeners(0, this.rows, this.calls);
    if (users?.aborted === true) this.#onUser();
    else users?.addEventListener("abort", this.#onUser, { once: true });
  }

  /**
   * Why the run stopped by itself, as a sentence. Undefined if the run did not stop, or the user
   * stopped it.
   */
  get why(): string | undefined {
    return this.#error?.message ?? this.#budget?.message ?? (this.waiting > 0 ? this.#waitingWords : undefined);
  }

  /**
   * Rows that ended without an outcome, because a reply is not in the journal yet. 0 where the run
   * ended for another reason.
   */
  get waiting(): number {
    return this.rows.aborted || this.#error !== undefined ? 0 : this.#waiting;
  }

  get #waitingWords(): string {
    if (this.#waitsFor !== undefined) return this.#waitsFor;
    return this.#waiting === 1
      ? "1 row waits for a reply that the journal does not hold."
      : `${this.#waiting} rows wait for replies that the journal does not hold.`;
  }

  /** The error that every further call would meet too. */
  get fatal(): SysGenError | undefined {
    return this.#error;
  }

  /** How a run ends that was told to end now. */
  get state(): "finished" | "interrupted" | "stopped" {
    return this.why !== undefined ? "stopped" : this.rows.aborted ? "interrupted" : "finished";
  }

  /** No call fits the budget any more. */
  budgetSpent(end: Error): void {
    if (this.rows.aborted) return;
    this.#budget = end;
    this.#rows.abort(end);
  }

  /**
   * Takes note of a call that failed.
   * @param hasReplied Whether a call of the same model was paid in this session. The model is there
   * then, and the next call may be answered.
   */
  callFailed(error: ModelError, hasReplied: boolean): void {
    if (error.stops !== "always" && (error.stops !== "at-first" || hasReplied)) return;
    this.#end(error);
  }

  /**
   * Takes note of a row that failed because code of the user threw. If the code throws for each of
   * the first rows, it would throw for all others too, and their calls would be paid for nothing.
   */
  ownCodeFailed(error: SysGenError): void {
    if (++this.#ownCodeFailures >= mostOwnCodeFailures) this.#end(error);
  }

  /** A row came to its end, so that the user's code does not throw for every row. */
  rowDone(): void {
    this.#ownCodeFailures = -Infinity;
  }

  /** A pass over the rows begins. No row waits yet. */
  passBegins(): void {
    this.#waiting = 0;
  }

  /** What the rows that wait are waiting for, as a sentence. */
  waitsFor(words: string): void {
    this.#waitsFor = words;
  }

  /** Something every row stands on cannot be had. */
  cannotGoOn(error: SysGenError): void {
    this.#end(error);
  }

  /** A row waits for a reply. It has no outcome, and the run is not finished. */
  rowWaits(): void {
    this.#waiting++;
  }

  #end(error: SysGenError): void {
    this.#error ??= error;
    this.#fatal.abort(this.#error);
  }

  /** Lets go of the user's signal. */
  [Symbol.dispose](): void {
    this.#users?.removeEventListener("abort", this.#onUser);
  }

  readonly #onUser = (): void => this.#rows.abort(this.#users?.reason);
}
