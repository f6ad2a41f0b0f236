import { phases } from "../phases/index.ts";

const askingPhases = phases.filter((phase) => phase.asks !== "code");
export type PaidPhase = (typeof askingPhases)[number]["name"];
/** The phases that call a model. */
export const paidPhases: readonly PaidPhase[] = askingPhases.map(({ name }) => name);

/** Whether a phase calls the judge. Any other paid phase calls the generator. */
export function asksJudge(phase: PaidPhase): boolean {
  return askingPhases.some(({ name, asks }) => name === phase && asks === "judge");
}

/** The paid phase of this name. */
export function paidPhase(name: string): PaidPhase {
  const found = paidPhases.find((phase) => phase === name);
  if (found === undefined) throw new TypeError(`${name} is no phase that calls a model`);
  return found;
}

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
export const noUse: RowUse = byPhase(() => nothing);

/** A row's use with each number changed. */
export function mapUse(use: RowUse, change: (value: number, phase: PaidPhase, kind: UseKind) => number): RowUse {
  return byPhase((phase) => ({
    calls: change(use[phase].calls, phase, "calls"),
    inputTokens: change(use[phase].inputTokens, phase, "inputTokens"),
    outputTokens: change(use[phase].outputTokens, phase, "outputTokens"),
  }));
}

function byPhase(of: (phase: PaidPhase) => PhaseUse): RowUse {
  return { generate: of("generate"), verify: of("verify"), respond: of("respond") };
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
