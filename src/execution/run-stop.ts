import { setMaxListeners } from "node:events";

/** Ends a run early, in order: calls in flight are left to end, no further one begins. By the user's signal, or because a budget is spent. */
export class Stop implements Disposable {
  readonly #controller = new AbortController();
  readonly #users: AbortSignal | undefined;
  /** A sentence; undefined unless the run stops by itself. */
  why: string | undefined;

  constructor(users: AbortSignal | undefined) {
    this.#users = users;
    // Every waiting row may listen.
    setMaxListeners(0, this.signal);
    if (users?.aborted === true) this.#onUser();
    else users?.addEventListener("abort", this.#onUser, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  because(error: Error): void {
    if (this.signal.aborted) return;
    this.why = error.message;
    this.#controller.abort(error);
  }

  [Symbol.dispose](): void {
    this.#users?.removeEventListener("abort", this.#onUser);
  }

  readonly #onUser = (): void => this.#controller.abort(this.#users?.reason);
}
