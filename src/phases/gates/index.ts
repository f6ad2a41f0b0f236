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

/** What the gates say about a response. */
export interface Findings {
  /** The first finding. The gates behind it have not looked. */
  readonly found: Finding | undefined;
  /** Gates that could not look, with the reason as `detail`. */
  readonly notChecked: readonly Pick<Finding, "gate" | "detail">[];
}

/**
 * Asks the gates that are not off.
 * @param policies By the gate's name. A gate that is not named is off.
 */
export async function askGates(input: GateInput, policies: Readonly<Record<string, GatePolicy>>): Promise<Findings> {
  const notChecked: Pick<Finding, "gate" | "detail">[] = [];
  for (const gate of gates satisfies readonly Gate[]) {
    const policy = policies[gate.name] ?? "off";
    if (policy === "off") continue;
    const said = await gate.find(input);
    if (typeof said === "string") return { found: { gate: gate.name, policy, detail: said }, notChecked };
    if (said !== undefined) notChecked.push({ gate: gate.name, detail: said.notChecked });
  }
  return { found: undefined, notChecked };
}
