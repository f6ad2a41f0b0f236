/** The phases that call a model. */
export const paidPhases = ["generate", "verify", "respond"] as const;
export type PaidPhase = (typeof paidPhases)[number];

/** What one phase uses. */
export interface PhaseUse {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}
export const useKinds = ["calls", "inputTokens", "outputTokens"] as const;
export type UseKind = (typeof useKinds)[number];

/** What one row uses, by phase. */
export type RowUse = Readonly<Record<PaidPhase, PhaseUse>>;

/** A number made of a row's use that is linear in it, such as its cost. */
export type Quantity = (use: RowUse) => number;

const nothing: PhaseUse = { calls: 0, inputTokens: 0, outputTokens: 0 };
/** Of a row that ends before the first phase. */
export const noUse: RowUse = { generate: nothing, verify: nothing, respond: nothing };

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
