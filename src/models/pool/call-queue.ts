import { callPhases, type CallPhase } from "../../records/outcome.ts";

/** A call that waits for an endpoint, which `resolve` hands over. */
export interface WaitingCall<T> {
  readonly phase: CallPhase;
  readonly signal: AbortSignal;
  resolve(turn: T): void;
  reject(error: unknown): void;
}

/**
 * Calls that wait for an endpoint. Calls of later phases go first, so that rows that are begun are
 * finished before other rows begin. Once no row is left to begin, calls of earlier phases go first.
 * A row at an early phase has the most calls to come, and must not be what the run waits for at its
 * end.
 */
export class CallQueue<C extends WaitingCall<unknown>> {
  /** Calls of each phase, first the phase that goes first. Calls before index `next` are gone. */
  #groups = new Map<CallPhase, { calls: C[]; next: number }>(
    callPhases.toReversed().map((phase) => [phase, { calls: [], next: 0 }] as const),
  );
  readonly #heard = new WeakSet<AbortSignal>();

  get size(): number {
    let size = 0;
    for (const { calls, next } of this.#groups.values()) size += calls.length - next;
    return size;
  }

  /** From now on calls of earlier phases go first. */
  noMoreRows(): void {
    this.#groups = new Map([...this.#groups].toSorted(([a], [b]) => callPhases.indexOf(a) - callPhases.indexOf(b)));
  }

  push(call: C): void {
    this.#groups.get(call.phase)?.calls.push(call);
    this.#listen(call.signal);
  }

  /** The next call. Undefined when none waits. */
  peek(): C | undefined {
    for (const { calls, next } of this.#groups.values()) if (next < calls.length) return calls[next];
    return undefined;
  }

  /** Removes the next call. */
  shift(): void {
    for (const group of this.#groups.values()) {
      if (group.next >= group.calls.length) continue;
      // Calls are removed some 64 at a time. Removing the first of an array moves all others.
      if (++group.next > 64 || group.next === group.calls.length) {
        group.calls.splice(0, group.next);
        group.next = 0;
      }
      return;
    }
  }

  /** Rejects and removes all calls, or only those of `signal`. */
  rejectAll(error: unknown, signal?: AbortSignal): void {
    for (const group of this.#groups.values()) {
      const waiting = group.calls.slice(group.next);
      const rejected = waiting.filter((call) => signal === undefined || call.signal === signal);
      group.calls = waiting.filter((call) => !rejected.includes(call));
      group.next = 0;
      for (const call of rejected) call.reject(error);
    }
  }

  #listen(signal: AbortSignal): void {
    if (this.#heard.has(signal)) return;
    this.#heard.add(signal);
    signal.addEventListener("abort", () => this.rejectAll(signal.reason, signal), { once: true });
  }
}
