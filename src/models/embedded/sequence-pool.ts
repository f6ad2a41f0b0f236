import type { LlamaContext, Token } from "node-llama-cpp";
import { ContextSequences, type Lease } from "./context-sequences.ts";

interface Waiting {
  readonly begin: (sequences: ContextSequences) => void;
  readonly fail: (reason: unknown) => void;
}

/** The sequences of all contexts. Calls get them in the order in which they asked. */
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
    const context = this.#takeFree(prompt) ?? (await this.#turn(signal));
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

  async #turn(signal: AbortSignal): Promise<ContextSequences> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
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
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first);
    context.enter();
    first.begin(context);
  }
}
