import { z } from "zod";
import type { PaidCalls } from "../journal/paid-totals.ts";
import type { Store } from "../store.ts";

const callsSchema = z.object({ model: z.string(), calls: z.number(), inputTokens: z.number(), outputTokens: z.number() });
const sumsSchema = z.array(callsSchema);
/** Calls that were made online because few were left, by model. */
export type Late = readonly Readonly<z.infer<typeof callsSchema>>[];

/** Where the count began, in the journal. */
const beganSchema = z.object({ purposes: z.union([z.literal("all"), z.array(z.string())]), before: sumsSchema });
type Began = z.infer<typeof beganSchema>;

const sumsNote = "late calls";
const beganNote = "late calls since";

type Counted = Pick<Store, "note"> & { readonly journal: Pick<Store["journal"], "countPaid"> };

/**
 * Late calls are those that the journal gains from now on until `endLate`. They are told meanwhile
 * too, and a process that is killed loses none.
 * @param purposes Of the calls that go into batches as a rule.
 */
export async function beginLate(store: Store, purposes: "all" | readonly string[]): Promise<void> {
  const before = paidOnline(store.journal.countPaid(), purposes);
  store.putNote(beganNote, JSON.stringify({ purposes, before }));
  await store.index();
}

/** Ends the count. To be called before calls are made that are not late, too. */
export function endLate(store: Store): void {
  if (beganIn(store) === undefined) return;
  store.putNote(sumsNote, JSON.stringify(lateIn(store)));
  store.putNote(beganNote, "null");
}

/** The late calls of a run directory. */
export function lateIn(store: Counted): Late {
  const sums = sumsSchema.parse(JSON.parse(store.note(sumsNote) ?? "[]"));
  const began = beganIn(store);
  if (began === undefined) return sums;
  const before = began.before.map((sum) => ({ ...sum, calls: -sum.calls, inputTokens: -sum.inputTokens, outputTokens: -sum.outputTokens }));
  const since = byModel([...paidOnline(store.journal.countPaid(), began.purposes), ...before]);
  return byModel([...sums, ...since]).filter(({ calls }) => calls > 0);
}

function beganIn(store: Pick<Store, "note">): Began | undefined {
  return beganSchema.nullable().parse(JSON.parse(store.note(beganNote) ?? "null")) ?? undefined;
}

/** Paid calls of these purposes that were made online. */
function paidOnline(paid: readonly PaidCalls[], purposes: "all" | readonly string[]): Late {
  return byModel(paid.filter(({ lane, phase }) => lane === undefined && (purposes === "all" || purposes.includes(phase))));
}

function byModel(calls: Late): Late {
  const sums = new Map<string, Late[number]>();
  for (const { model, ...one } of calls) {
    const sum = sums.get(model) ?? { model, calls: 0, inputTokens: 0, outputTokens: 0 };
    sums.set(model, {
      model,
      calls: sum.calls + one.calls,
      inputTokens: sum.inputTokens + one.inputTokens,
      outputTokens: sum.outputTokens + one.outputTokens,
    });
  }
  return [...sums.values()];
}
