/** The phases that call a model. */
export const paidPhases = ["generate", "verify", "respond"] as const;
export type PaidPhase = (typeof paidPhases)[number];

/** Calls and tokens of one phase. */
export interface PhaseUse {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}
const useKinds = ["calls", "inputTokens", "outputTokens"] as const;
export type UseKind = (typeof useKinds)[number];

/** Calls and tokens of one row, by phase. */
export type RowUse = Readonly<Record<PaidPhase, PhaseUse>>;

/** A number that is linear in a row's use, such as its cost. */
export type Quantity = (use: RowUse) => number;

const nothing: PhaseUse = { calls: 0, inputTokens: 0, outputTokens: 0 };
/** The use of a row that ends before the first phase. */
export const noUse: RowUse = { generate: nothing, verify: nothing, respond: nothing };

/** A row's use with each number changed. */
export function mapUse(use: RowUse, change: (value: number, phase: PaidPhase, kind: UseKind) => number): RowUse {
  const changed = (phase: PaidPhase): PhaseUse => ({
    calls: change(use[phase].calls, phase, "calls"),
    inputTokens: change(use[phase].inputTokens, phase, "inputTokens"),
    outputTokens: change(use[phase].outputTokens, phase, "outputTokens"),
  });
  return { generate: changed("generate"), verify: changed("verify"), respond: changed("respond") };
}

/** A row's use with one more call. */
export function withCall(use: RowUse, phase: PaidPhase, inputTokens: number, outputTokens: number): RowUse {
  const before = use[phase];
  return {
    ...use,
    [phase]: {
      calls: before.calls + 1,
      inputTokens: before.inputTokens + inputTokens,
      outputTokens: before.outputTokens + outputTokens,
    },
  };
}
