import type { PresetName } from "../presets.ts";
import { brokenCode } from "./broken-code.ts";
import { empty } from "./empty.ts";
import type { Gate, GateInput, GatePolicy } from "./gate.ts";
import { leak } from "./leak.ts";
import { lostForm } from "./lost-form.ts";
import { refusal } from "./refusal.ts";
import { runsOn } from "./runs-on.ts";
import { truncated } from "./truncated.ts";
import { wrongAnswer } from "./wrong-answer.ts";

/** The gates in the order in which they look. The first that finds something counts. */
export const gates = [empty, truncated, refusal, leak, runsOn, wrongAnswer, lostForm, brokenCode] as const;
export type GateName = (typeof gates)[number]["name"];
export const gateNames: readonly GateName[] = gates.map(({ name }) => name);

/** A preset's policy for each gate. */
export function gatePresets(preset: PresetName): Readonly<Record<string, GatePolicy>> {
  return Object.fromEntries(gates.map(({ name, presets }) => [name, presets[preset]]));
}

/** What a gate found, and its policy. */
export interface Finding {
  readonly gate: GateName;
  readonly policy: Exclude<GatePolicy, "off">;
  readonly detail: string;
}

/**
 * The first finding of a gate that is not off.
 * @param policies By the gate's name. A gate that is not named is off.
 */
export async function firstFinding(input: GateInput, policies: Readonly<Record<string, GatePolicy>>): Promise<Finding | undefined> {
  for (const gate of gates satisfies readonly Gate[]) {
    const policy = policies[gate.name] ?? "off";
    if (policy === "off") continue;
    const detail = await gate.find(input);
    if (detail !== undefined) return { gate: gate.name, policy, detail };
  }
  return undefined;
}
