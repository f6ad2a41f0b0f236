import { existsSync } from "node:fs";
import { z } from "zod";
import { costOf } from "../../models/spending/prices.ts";
import type { Prices } from "../money.ts";
import type { Store } from "../store.ts";
import { BatchLog, type BatchRecord } from "./batch-log.ts";

/** Calls that were made online because few were left, and what that cost. */
export interface LateCalls {
  readonly calls: number;
  /** US dollars more than a batch would have cost. Undefined if no price is known. */
  readonly dollarsMore: number | undefined;
}

/** The batches of a run directory. */
export interface BatchStatus {
  /** Batches that may still bring replies, or whose replies are not in the journal yet. */
  readonly open: readonly BatchRecord[];
  /** How many were taken. */
  readonly taken: number;
  /** Waves that were begun, of the run and its judge. */
  readonly waves: number;
  readonly late: LateCalls | undefined;
}

const lateSchema = z.array(z.object({ model: z.string(), calls: z.number(), inputTokens: z.number(), outputTokens: z.number() }));
export type Late = z.infer<typeof lateSchema>;
const lateNote = "late calls";

/** Undefined for a run directory that never had a batch. */
export function batchStatus(store: Pick<Store, "files" | "note">, prices: Prices): BatchStatus | undefined {
  const { batches } = store.files;
  if (!existsSync(batches)) return undefined;
  const { all } = new BatchLog(batches, { readOnly: true });
  const late = lateIn(store);
  return {
    open: all.filter(({ step }) => step !== "taken"),
    taken: all.filter(({ step }) => step === "taken").length,
    waves: new Set(all.map(({ session, wave }) => `${session} ${wave}`)).size,
    late: late.length === 0 ? undefined : { calls: late.reduce((sum, { calls }) => sum + calls, 0), dollarsMore: moreOf(late, prices) },
  };
}

function moreOf(late: Late, prices: Prices): number | undefined {
  const more = late.flatMap(({ model, ...usage }) => {
    const price = prices.get(model);
    return price === undefined ? [] : [costOf(usage, price) - costOf(usage, price, "batch")];
  });
  return more.length === 0 ? undefined : more.reduce((sum, dollars) => sum + dollars, 0);
}

/** Notes calls that were made online because few were left. */
export function noteLate(store: Pick<Store, "note" | "putNote">, calls: Late): void {
  store.putNote(lateNote, JSON.stringify([...lateIn(store), ...calls]));
}

function lateIn(store: Pick<Store, "note">): Late {
  return lateSchema.parse(JSON.parse(store.note(lateNote) ?? "[]"));
}
