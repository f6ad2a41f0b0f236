/** Calls paid in the life of a run directory, of one phase and model. */
export interface PaidCalls {
  readonly phase: string;
  readonly model: string;
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

  add({ phase, model, inputTokens, outputTokens, tookMs }: Paid): void {
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
    return this.#sums.map(({ phase, model, calls, inputTokens, outputTokens }) => ({
      phase,
      model,
      calls,
      inputTokens,
      outputTokens,
    }));
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
