import { existsSync } from "node:fs";
import { costOf } from "../../models/spending/prices.ts";
import type { Prices } from "../money.ts";
import type { Store } from "../store.ts";
import { BatchLog, type BatchRecord } from "./batch-log.ts";
import { lateIn, type Late } from "./late-calls.ts";

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

/** Undefined for a run directory that never had a batch, and no calls that were to be in one. */
export function batchStatus(store: Pick<Store, "files" | "note" | "journal">, prices: Prices): BatchStatus | undefined {
  const { batches } = store.files;
  const late = lateIn(store);
  if (!existsSync(batches) && late.length === 0) return undefined;
  const { all } = new BatchLog(batches, { readOnly: true });
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
