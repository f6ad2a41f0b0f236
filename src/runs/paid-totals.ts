import { phaseNames, type PhaseName } from "../records/outcome.ts";

/** Calls paid in the life of a run directory, of one phase and model. */
export interface PaidCalls {
  readonly phase: PhaseName;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Mean time from request to reply, over the calls whose time is known; undefined when none is. */
  readonly meanMs: number | undefined;
}

interface Paid {
  readonly phase: PhaseName;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly tookMs: number | null;
}

interface Sum {
  readonly phase: PhaseName;
  readonly model: string;
  calls: number;
  inputTokens: number;
  outputTokens: number;
  timed: number;
  ms: number;
}

/** Adds up paid calls by phase and model. */
export class PaidTotals {
  readonly #sums: Sum[] = [];

  add({ phase, model, inputTokens, outputTokens, tookMs }: Paid): void {
    let sum = this.#sums.find((known) => known.phase === phase && known.model === model);
    if (sum === undefined) this.#sums.push((sum = { phase, model, calls: 0, inputTokens: 0, outputTokens: 0, timed: 0, ms: 0 }));
    sum.calls++;
    sum.inputTokens += inputTokens;
    sum.outputTokens += outputTokens;
    if (tookMs === null) return;
    sum.timed++;
    sum.ms += tookMs;
  }

  list(): PaidCalls[] {
    const byPhase = phaseNames.flatMap((phase) => this.#sums.filter((sum) => sum.phase === phase));
    return byPhase.map(({ timed, ms, ...sum }) => ({ ...sum, meanMs: timed === 0 ? undefined : ms / timed }));
  }
}
