import type { Purpose } from "../../records/purpose.ts";

/** A call that waits for an endpoint, which `resolve` hands over. */
export interface WaitingCall<T> {
  readonly purpose: Purpose;
  readonly signal: AbortSignal;
  resolve(turn: T): void;
  reject(error: unknown): void;
}

/** Waiting calls of one rank. */
interface WaitingList<C> {
  readonly rank: number;
  calls: C[];
  /** Index of the call whose turn is next. Calls before it had their turn. */
  next: number;
}

/**
 * Calls that wait for an endpoint. Calls of later phases go first, so that rows that are begun are
 * finished before other rows begin. Once no row is left to begin, calls of earlier phases go first.
 * A row at an early phase has the most calls to come, and must not be what the run waits for at its
 * end.
 */
export class CallQueue<C extends WaitingCall<unknown>> {
  /** In the order in which their calls have their turn. */
  readonly #lists: WaitingList<C>[] = [];
  #highestFirst = true;
  readonly #heard = new WeakSet<AbortSignal>();

  get size(): number {
    let size = 0;
    for (const { calls, next } of this.#lists) size += calls.length - next;
    return size;
  }

  /** From now on calls of earlier phases go first. */
  noMoreRows(): void {
    this.#highestFirst = false;
    this.#sort();
  }

  push(call: C): void {
    this.#listOf(call.purpose.rank).calls.push(call);
    this.#listen(call.signal);
  }

  /** The next call. Undefined when none waits. */
  peek(): C | undefined {
    for (const { calls, next } of this.#lists) if (next < calls.length) return calls[next];
    return undefined;
  }

  /** Removes the next call. */
  shift(): void {
    for (const list of this.#lists) {
      if (list.next >= list.calls.length) continue;
      // Calls that had their turn are removed 64 at a time. Removing one from the front of an array
      // moves all others.
      if (++list.next > 64 || list.next === list.calls.length) {
        list.calls.splice(0, list.next);
        list.next = 0;
      }
      return;
    }
  }

  /** Rejects and removes all calls, or only those of `signal`. */
  rejectAll(error: unknown, signal?: AbortSignal): void {
    for (const list of this.#lists) {
      const waiting = list.calls.slice(list.next);
      const rejected = waiting.filter((call) => signal === undefined || call.signal === signal);
      list.calls = waiting.filter((call) => !rejected.includes(call));
      list.next = 0;
      for (const call of rejected) call.reject(error);
    }
  }

  #listOf(rank: number): WaitingList<C> {
    const known = this.#lists.find((list) => list.rank === rank);
    if (known !== undefined) return known;
    const list: WaitingList<C> = { rank, calls: [], next: 0 };
    this.#lists.push(list);
    this.#sort();
    return list;
  }

  #sort(): void {
    this.#lists.sort((a, b) => (this.#highestFirst ? b.rank - a.rank : a.rank - b.rank));
  }

  #listen(signal: AbortSignal): void {
    if (this.#heard.has(signal)) return;
    this.#heard.add(signal);
    signal.addEventListener("abort", () => this.rejectAll(signal.reason, signal), { once: true });
  }
}
