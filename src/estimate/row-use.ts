import { phases } from "../phases/index.ts";
import type { Asked, Phase } from "../phases/phase.ts";

const asking = phases.filter((phase) => phase.asks !== "code");
export type PaidPhase = (typeof asking)[number]["name"];
type AskingPhase = Phase<PaidPhase, Exclude<Asked, "code">, object>;
const askingPhases: readonly AskingPhase[] = asking;
/** Names of the phases that call a model. */
export const paidPhases: readonly PaidPhase[] = askingPhases.map(({ name }) => name);

/** Whether a phase calls the judge. Any other paid phase calls the generator. */
export function asksJudge(phase: PaidPhase): boolean {
  return askingPhases.some(({ name, asks }) => name === phase && asks === "judge");
}

/**
 * The phase of a purpose. What the judge is asked about new responses counts with `verify`.
 * @throws TypeError when the table has no such phase, and when the phase calls no model
 */
export function askingPhase(purpose: string): AskingPhase {
  const name = purpose === "check" ? "verify" : purpose;
  const found = askingPhases.find((phase) => phase.name === name);
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

/** Calls and tokens of one row, by phase. A phase that is not here made no calls. */
export type RowUse = Readonly<Partial<Record<PaidPhase, PhaseUse>>>;

/** A number that is linear in a row's use, such as its cost. */
export type Quantity = (use: RowUse) => number;

const nothing: PhaseUse = { calls: 0, inputTokens: 0, outputTokens: 0 };
/** The use of a row that ends before the first phase. */
export const noUse: RowUse = {};

/** What a row uses in one phase. */
export function useIn(phase: PaidPhase, use: RowUse): PhaseUse {
  return use[phase] ?? nothing;
}

/** A row's use with each number changed. */
export function mapUse(use: RowUse, change: (value: number, phase: PaidPhase, kind: UseKind) => number): RowUse {
  return paidPhases.reduce((changed: RowUse, phase) => {
    const { calls, inputTokens, outputTokens } = useIn(phase, use);
    return {
      ...changed,
      [phase]: {
        calls: change(calls, phase, "calls"),
        inputTokens: change(inputTokens, phase, "inputTokens"),
        outputTokens: change(outputTokens, phase, "outputTokens"),
      },
    };
  }, noUse);
}

/** A row's use with one more call, or with another number of such calls. */
export function withCall(use: RowUse, phase: PaidPhase, inputTokens: number, outputTokens: number, calls = 1): RowUse {
  const before = useIn(phase, use);
  return {
    ...use,
    [phase]: {
      calls: before.calls + calls,
      inputTokens: before.inputTokens + calls * inputTokens,
      outputTokens: before.outputTokens + calls * outputTokens,
    },
  };
}
