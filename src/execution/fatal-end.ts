import { setMaxListeners } from "node:events";
import type { ModelError } from "../errors.ts";

/** Ends all calling at an error that every further call would meet too. */
export class FatalEnd {
  readonly #controller = new AbortController();
  /** For the calls: aborted at such an error, and by the user's own signal. */
  readonly calls: AbortSignal;
  /** What further rows fail with, unasked; a rerun retries them. */
  error: ModelError | undefined;

  constructor(users: AbortSignal) {
    this.calls = AbortSignal.any([users, this.#controller.signal]);
    // Every waiting call may listen.
    setMaxListeners(0, this.calls);
  }

  /** @param hasReplied Whether a call of the same model was paid before: then it is there, and the next one may be answered. */
  consider(error: ModelError, hasReplied: boolean): void {
    if (error.stops !== "always" && (error.stops !== "at-first" || hasReplied)) return;
    this.error ??= error;
    this.#controller.abort(this.error);
  }
}
