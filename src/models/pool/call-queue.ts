import { callPhases, type CallPhase } from "../../records/outcome.ts";

/** A call that waits for an endpoint. */
export interface WaitingCall<T> {
  readonly phase: CallPhase;
  readonly signal: AbortSignal;
  resolve(turn: T): void;
  reject(error: unknown): void;
}

/**
 * Calls that wait, those of later phases first: rows that are begun are finished before others are begun. When no other is left to begin, those
 * of earlier phases first: a row that has more calls to come must not be the last one that is waited for.
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

  noMoreRows(): void {
    this.#lines = new Map([...this.#lines].toSorted(([a], [b]) => callPhases.indexOf(a) - callPhases.indexOf(b)));
  }

  push(call: C): void {
    this.#lines.get(call.phase)?.calls.push(call);
    this.#listen(call.signal);
  }

  /** The call whose turn is next. */
  peek(): C | undefined {
    for (const { calls, next } of this.#lines.values()) if (next < calls.length) return calls[next];
    return undefined;
  }

  shift(): void {
    for (const line of this.#lines.values()) {
      if (line.next >= line.calls.length) continue;
      // Calls that had their turn are let go many at a time: taking one off the front of an array moves all others.
      if (++line.next > 64 || line.next === line.calls.length) {
        line.calls.splice(0, line.next);
        line.next = 0;
      }
      return;
    }
  }

  /** Rejects all calls, or those of one signal. */
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
