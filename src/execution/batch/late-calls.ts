import { noteLate, type Late } from "../../runs/batches/batch-status.ts";
import type { Store } from "../../runs/store.ts";
import { isBatched, type BatchOptions } from "./batch-options.ts";

const none = { calls: 0, inputTokens: 0, outputTokens: 0 };

/**
 * Counts the calls that are made online because few were left, for `sysgen status`. They are those
 * that the journal gains until `end`.
 */
export class LateCalls {
  readonly #store: Store;
  readonly #batch: BatchOptions;
  readonly #before: Late;

  constructor(store: Store, batch: BatchOptions) {
    this.#store = store;
    this.#batch = batch;
    this.#before = this.#paidOnline();
  }

  /** Notes what was paid since. */
  end(): void {
    const late = this.#paidOnline().map(({ model, calls, inputTokens, outputTokens }) => {
      const before = this.#before.find((known) => known.model === model) ?? none;
      return {
        model,
        calls: calls - before.calls,
        inputTokens: inputTokens - before.inputTokens,
        outputTokens: outputTokens - before.outputTokens,
      };
    });
    noteLate(
      this.#store,
      late.filter(({ calls }) => calls > 0),
    );
  }

  /** Paid calls that go into batches as a rule and were made online, by model. */
  #paidOnline(): Late {
    const sums = new Map<string, Late[number]>();
    for (const { lane, phase, model, calls, inputTokens, outputTokens } of this.#store.journal.countPaid()) {
      if (lane !== undefined || !isBatched(this.#batch, { name: phase, rank: 0 })) continue;
      const sum = sums.get(model) ?? none;
      sums.set(model, {
        model,
        calls: sum.calls + calls,
        inputTokens: sum.inputTokens + inputTokens,
        outputTokens: sum.outputTokens + outputTokens,
      });
    }
    return [...sums.values()];
  }
}
