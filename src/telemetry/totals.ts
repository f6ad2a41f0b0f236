import type { RowEnd, RunObserver } from "../execution/observer.ts";
import type { Usage } from "../records/usage.ts";

/** Totals of one invocation of a run. */
export interface TotalsSoFar {
  /** Seconds since the recorder was opened, to the millisecond. */
  readonly seconds: number;
  /** Rows by how they ended. `resumed` rows had ended in an earlier invocation. */
  readonly rows: Readonly<Record<RowEnd["outcome"], number>>;
  /** `paid` calls have a reply. `failed` are the requests without one. */
  readonly calls: { readonly paid: number; readonly failed: number };
  /** Tokens of the paid calls. */
  readonly tokens: Usage;
}

/** Adds up the events that its observer gets. */
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
