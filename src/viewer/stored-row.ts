import { toExample } from "../datasets/to-example.ts";
import { RowError, type Format } from "../datasets/formats/format.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { parseExactly } from "../records/exact-json.ts";
import { readRejectedLine } from "../runs/row-line.ts";
import type { ResultIndex } from "./result-index.ts";
import { idOf } from "./row-ids.ts";

/** A row as the input held it, made from what the run kept of it. */
export interface StoredRow {
  /** Undefined where the run kept no copy. */
  readonly raw: string | undefined;
  readonly digest: string;
  readonly entry: DatasetEntry;
}

/**
 * The row in a slot, from which its calls can be found again. Undefined when the row has no result
 * any more.
 */
export function storedRow(index: ResultIndex, slot: number, format: Format): StoredRow | undefined {
  const record = index.record(slot);
  if (record === undefined) return undefined;
  const { outcome, reason } = index.kinds.at(index.slots.kinds[slot] ?? 0);
  const { line, digest, source } = record;
  const id = idOf(index, slot);
  const rejected = outcome === "done" ? undefined : readRejectedLine(index.body(slot));
  const raw = rejected?.raw ?? source;
  const at = { index: index.slots.positions[slot] ?? 0, file: rejected?.file, id, idIsRepeated: false };
  const problem = { reason: reason ?? "not-kept", detail: rejected?.detail ?? "the run kept no copy of the row" };
  const unreadable: DatasetEntry = { ...at, row: { line, raw: raw ?? "", problem }, content: { problem } };
  if (raw === undefined) return { raw, digest, entry: unreadable };
  try {
    const value = parseExactly(raw);
    return { raw, digest, entry: { ...at, row: { line, raw, value }, content: { example: toExample({ id, line }, value, format) } } };
  } catch (error) {
    if (error instanceof RowError || error instanceof SyntaxError) return { raw, digest, entry: unreadable };
    throw error;
  }
}
