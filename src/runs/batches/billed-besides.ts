import type { PaidCalls } from "../journal/paid-totals.ts";
import type { BatchRecord } from "./batch-log.ts";

/**
 * What batches were billed that the journal does not hold as their replies. It is lines that are no
 * reply, replies to calls that were paid online meanwhile, and replies that the server has no more.
 */
export function billedBesides(batches: readonly BatchRecord[], session?: BatchRecord["session"]): PaidCalls[] {
  return batches.flatMap(({ model, besides, ...batch }) =>
    besides === undefined || (session ?? batch.session) !== batch.session ? [] : [{ phase: batch.session, model, lane: "batch", ...besides }],
  );
}
