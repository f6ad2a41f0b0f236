/** Calls paid in the life of a run directory, of one phase and model. */
export interface PaidCalls {
  readonly phase: string;
  readonly model: string;
  /** Set for calls that were paid in a batch, which are counted apart. */
  readonly lane?: "batch";
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * Means over the calls of one phase and model that are in the journal and whose tokens are known.
 */
export interface MeanCalls {
  readonly phase: string;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Standard deviation over the calls. */
  readonly outputTokensDeviation: number;
  /** Mean time from the request to the reply. Undefined when no call's time is known. */
  readonly ms: number | undefined;
}

interface Paid {
  readonly phase: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly tookMs: number | null;
  readonly lane?: "batch" | undefined;
}

interface Sum {
  readonly phase: string;
  readonly model: string;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  /** Calls whose tokens are known. */
  measured: number;
  outputSquares: number;
  /** Calls of them whose time is known. */
  timed: number;
  ms: number;
}

/** Adds up paid calls by phase and model. */
export class PaidTotals {
  readonly #sums: Sum[] = [];
  /** Those of the calls that were paid in batches. */
  readonly #batched: PaidCalls[] = [];

  add({ phase, model, inputTokens, outputTokens, tookMs, lane }: Paid): void {
    if (lane !== undefined) this.#addBatched({ phase, model, lane, calls: 1, inputTokens, outputTokens });
    let sum = this.#sums.find((known) => known.phase === phase && known.model === model);
    if (sum === undefined) {
      sum = { phase, model, calls: 0, inputTokens: 0, outputTokens: 0, measured: 0, outputSquares: 0, timed: 0, ms: 0 };
      this.#sums.push(sum);
    }
    sum.calls++;
    sum.inputTokens += inputTokens;
    sum.outputTokens += outputTokens;
    if (inputTokens + outputTokens === 0) return;
    sum.measured++;
    sum.outputSquares += outputTokens ** 2;
    if (tookMs === null) return;
    sum.timed++;
    sum.ms += tookMs;
  }

  list(): PaidCalls[] {
    return this.#sums.flatMap(({ phase, model, calls, inputTokens, outputTokens }) => {
      const all = { phase, model, calls, inputTokens, outputTokens };
      const batched = this.#batched.find((known) => known.phase === phase && known.model === model);
      if (batched === undefined) return [all];
      const others = less(all, batched);
      return others.calls > 0 ? [others, batched] : [batched];
    });
  }

  #addBatched(call: PaidCalls): void {
    const at = this.#batched.findIndex(({ phase, model }) => phase === call.phase && model === call.model);
    const known = this.#batched[at];
    if (known === undefined) this.#batched.push(call);
    else this.#batched[at] = more(known, call);
  }

  /** Means over calls whose tokens are known. */
  means(): MeanCalls[] {
    return this.#sums
      .filter(({ measured }) => measured > 0)
      .map(({ phase, model, inputTokens, outputTokens, measured, outputSquares, timed, ms }) => {
        const mean = outputTokens / measured;
        const scatter = measured > 1 ? Math.max(0, outputSquares - measured * mean ** 2) / (measured - 1) : 0;
        return {
          phase,
          model,
          calls: measured,
          inputTokens: inputTokens / measured,
          outputTokens: mean,
          outputTokensDeviation: Math.sqrt(scatter),
          ms: timed === 0 ? undefined : ms / timed,
        };
      });
  }
}

function more(a: PaidCalls, b: PaidCalls, sign: 1 | -1 = 1): PaidCalls {
  return {
    ...a,
    calls: a.calls + sign * b.calls,
    inputTokens: a.inputTokens + sign * b.inputTokens,
    outputTokens: a.outputTokens + sign * b.outputTokens,
  };
}

const less = (a: PaidCalls, b: PaidCalls): PaidCalls => more(a, b, -1);
