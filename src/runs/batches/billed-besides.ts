import { existsSync } from "node:fs";
import type { PaidCalls } from "../journal/paid-totals.ts";
import { BatchLog, type BatchRecord } from "./batch-log.ts";

/**
 * What batches were billed that the journal does not hold as their replies. It is lines that are no
 * reply, replies to calls that were paid online meanwhile, and replies that the server has no more.
 * @param path The log of the batches. It need not be there.
 * @param session Of which batches. Default all.
 * @throws SysGenError when the log is damaged.
 */
export function billedBesides(path: string, session?: BatchRecord["session"]): PaidCalls[] {
  if (!existsSync(path)) return [];
  const { all } = new BatchLog(path, { readOnly: true });
  return all.flatMap(({ session: of, model, besides }) =>
    besides === undefined || (session !== undefined && session !== of) ? [] : [{ phase: of, model, lane: "batch", ...besides }],
  );
}
