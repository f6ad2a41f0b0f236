import type { RowEnd, RunObserver } from "../execution/observer.ts";
import type { Usage } from "../records/usage.ts";

/** What one invocation of a run came to. */
export interface TotalsSoFar {
  /** From the opening of the recorder. */
  readonly seconds: number;
  /** Rows whose road ended, by how; `resumed` had ended in an earlier run of the directory. */
  readonly rows: Readonly<Record<RowEnd["outcome"], number>>;
  /** Calls that were paid, and requests that brought no reply. */
  readonly calls: { readonly paid: number; readonly failed: number };
  readonly tokens: Usage;
}

/** Counts what it is told of. */
export class Totals {
  readonly #startedMs = performance.now();
  readonly #rows = { done: 0, dropped: 0, failed: 0, resumed: 0 };
  #paid = 0;
  #failed = 0;
  #inputTokens = 0;
  #outputTokens = 0;

  readonly observer = {
    onRow: ({ outcome }) => void this.#rows[outcome]++,
    onPaid: ({ reply: { usage } }) => {
      this.#paid++;
      this.#inputTokens += usage.inputTokens;
      this.#outputTokens += usage.outputTokens;
    },
    onCallFailed: () => void this.#failed++,
  } satisfies RunObserver;

  soFar(): TotalsSoFar {
    return {
      seconds: Math.round(performance.now() - this.#startedMs) / 1000,
      rows: { ...this.#rows },
      calls: { paid: this.#paid, failed: this.#failed },
      tokens: { inputTokens: this.#inputTokens, outputTokens: this.#outputTokens },
    };
  }
}
