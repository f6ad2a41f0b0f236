import type { LlamaContext, Token } from "node-llama-cpp";
import { ContextSequences, type Lease } from "./context-sequences.ts";

interface Waiting {
  readonly prompt: readonly Token[];
  /** How many later calls went first. */
  passed: number;
  readonly begin: (sequences: ContextSequences) => void;
  readonly fail: (reason: unknown) => void;
}

/** A free context chooses among so many waiting calls, and no call lets more others go first. */
const choice = 16;

/**
 * The sequences of all contexts. Calls get them in about the order in which they asked. A context
 * that is free takes the call of whose prompt it holds the most, so that each head of the prompts
 * is evaluated in few contexts.
 */
export class SequencePool {
  readonly #contexts: readonly ContextSequences[];
  readonly #waiting = new Set<Waiting>();

  /** @param calls Calls that each context decodes at a time. */
  constructor(contexts: readonly LlamaContext[], calls: number) {
    this.#contexts = contexts.map((context) => new ContextSequences(context, calls));
  }

  /**
   * Runs `use` with a sequence that holds the prompt except for its last token. Waits while no
   * sequence is free.
   * @throws The signal's reason once it is aborted.
   */
  async run<T>(prompt: readonly Token[], signal: AbortSignal, use: (lease: Lease) => Promise<T>): Promise<T> {
    const context = this.#takeFree(prompt) ?? (await this.#turn(prompt, signal));
    try {
      return await context.run(prompt, signal, use);
    } finally {
      context.leave();
      this.#next(context);
    }
  }

  /** Takes the least busy context. Among equals, the one that holds the most of the prompt. */
  #takeFree(prompt: readonly Token[]): ContextSequences | undefined {
    const free = this.#contexts.filter((context) => context.hasRoom);
    const [best] = free.toSorted((a, b) => a.busy - b.busy || b.heldOf(prompt) - a.heldOf(prompt));
    best?.enter();
    return best;
  }

  async #turn(prompt: readonly Token[], signal: AbortSignal): Promise<ContextSequences> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        prompt,
        passed: 0,
        begin: (context) => {
          signal.removeEventListener("abort", onAbort);
          resolve(context);
        },
        fail: reject,
      };
      const onAbort = (): void => {
        this.#waiting.delete(waiting);
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(waiting);
    });
  }

  #next(context: ContextSequences): void {
    const waiting = [...this.#waiting].slice(0, choice);
    const [first] = waiting;
    if (first === undefined) return;
    const held = waiting.map(({ prompt }) => context.heldOf(prompt));
    const best = first.passed < choice ? (waiting[held.indexOf(Math.max(...held))] ?? first) : first;
    for (const earlier of waiting.slice(0, waiting.indexOf(best))) earlier.passed++;
    this.#waiting.delete(best);
    context.enter();
    best.begin(context);
  }
}
