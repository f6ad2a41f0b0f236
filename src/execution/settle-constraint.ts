import { z } from "zod";
import { backendOf } from "../models/index.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import type { ModelCall, ModelReply } from "../models/model.ts";
import { addressOfServer } from "../models/openai/openai-compatible.ts";
import { probeConstraint } from "../models/openai/probe-constraint.ts";
import { constraintFields, outputFormOf, type ConstraintField } from "../models/openai/wire.ts";
import type { Purpose } from "../records/purpose.ts";
import type { Store } from "../runs/store.ts";

export interface SettleConstraintOptions {
  readonly store: Store;
  /** What the session calls models for, the probe apart. */
  readonly purposes: readonly Purpose[];
  readonly probe: Purpose;
  /** As `fieldsToProbe` gives them. */
  readonly fields: readonly ConstraintField[];
  readonly ask: (field: ConstraintField, call: ModelCall) => Promise<ModelReply>;
  /** Told that nothing is enforced, and why. */
  readonly onNotice: (text: string) => void;
  /** Told what is enforced. */
  readonly onFound: (text: string) => void;
}

/** How often the probe of one field is asked again. */
export const probeRetries = 6;

/** The constraint fields that a probe tries, the best first. Empty where nothing is found out. */
export function fieldsToProbe(choice: ModelChoice): readonly ConstraintField[] {
  return choice.constraintField === "auto" ? backendOf(choice).constraints : [];
}

/** What a probe found, and the form that prompts ask for since. */
const noted = z.object({ servers: z.array(z.string()), field: z.enum(constraintFields), form: z.enum(["tagged", "json"]) });

/**
 * The choice with the constraint that its servers enforce, in place of `auto`. A probe finds it
 * once, and the run directory notes it. Calls that were paid before there was a probe had none, so
 * they go on without. Other servers than the noted ones are probed for the form that prompts have.
 * @throws ModelError that would stop a run.
 */
export async function settleConstraint(choice: ModelChoice, options: SettleConstraintOptions): Promise<ModelChoice> {
  const { store, purposes, probe, fields, ask, onNotice, onFound } = options;
  if (fields.length === 0) return choice;
  const servers = choice.baseUrls.map(addressOfServer);
  const name = `constraint of ${choice.model}`;
  const note = store.note(name);
  const known = note === undefined ? undefined : noted.safeParse(JSON.parse(note)).data;
  const isNoted = known?.servers.some((server) => servers.includes(server)) === true;
  if (isNoted && (choice.outputForm ?? known.form) === known.form)
    return { ...choice, constraintField: known.field, outputForm: known.form };
  const paid = new Set(store.journal.countPaid().flatMap(({ phase, model }) => (model === choice.model ? [phase] : [])));
  const isOlder = known === undefined && !paid.has(probe.name) && purposes.some((purpose) => paid.has(purpose.name));
  if (isOlder && choice.outputForm === undefined) return { ...choice, constraintField: "none" };
  const asked = { ...choice, outputForm: choice.outputForm ?? known?.form };
  const { field, notice } = await probeConstraint(asked, fields, ask);
  (field === "none" ? onNotice : onFound)(notice);
  store.putNote(name, JSON.stringify({ servers, field, form: asked.outputForm ?? outputFormOf(field) }));
  return { ...asked, constraintField: field };
}
