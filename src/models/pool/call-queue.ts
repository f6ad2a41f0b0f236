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
  #lines = new Map<CallPhase, { calls: C[]; next: number }>(
    callPhases.toReversed().map((phase) => [phase, { calls: [], next: 0 }] as const),
  );
  readonly #heard = new WeakSet<AbortSignal>();

  get size(): number {
    let size = 0;
    for (const { calls, next } of this.#lines.values()) size += calls.length - next;
    return size;
  }

  /** From now on calls of earlier phases go first. */
  noMoreRows(): void {
    this.#lines = new Map([...this.#lines].toSorted(([a], [b]) => callPhases.indexOf(a) - callPhases.indexOf(b)));
  }

  push(call: C): void {
    this.#lines.get(call.phase)?.calls.push(call);
    this.#listen(call.signal);
  }

  /** The next call. Undefined when none waits. */
  peek(): C | undefined {
    for (const { calls, next } of this.#lines.values()) if (next < calls.length) return calls[next];
    return undefined;
  }

  /** Removes the next call. */
  shift(): void {
    for (const line of this.#lines.values()) {
      if (line.next >= line.calls.length) continue;
      // Calls are removed 64 at a time, because removing the first of an array moves all others.
      if (++line.next > 64 || line.next === line.calls.length) {
        line.calls.splice(0, line.next);
        line.next = 0;
      }
      return;
    }
  }

  /** Rejects and removes all calls, or only those of `signal`. */
  rejectAll(error: unknown, signal?: AbortSignal): void {
    for (const line of this.#lines.values()) {
      const waiting = line.calls.slice(line.next);
      const rejected = waiting.filter((call) => signal === undefined || call.signal === signal);
      line.calls = waiting.filter((call) => !rejected.includes(call));
      line.next = 0;
      for (const call of rejected) call.reject(error);
    }
  }

  #listen(signal: AbortSignal): void {
    if (this.#heard.has(signal)) return;
    this.#heard.add(signal);
    signal.addEventListener("abort", () => this.rejectAll(signal.reason, signal), { once: true });
  }
}
