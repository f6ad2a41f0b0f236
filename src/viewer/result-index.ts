import { statSync } from "node:fs";
import { z } from "zod";
import { asArrays, checksumColumns, closeDatabase, openForReading, reading, type Sqlite } from "../runs/results/database.ts";
import { Results } from "../runs/results/results.ts";
import type { RunFiles } from "../runs/run-files.ts";
import { RowKinds, type KindCount } from "./row-kinds.ts";

const entryRow = z.tuple([
  z.number(),
  z.enum(["done", "dropped", "failed"]),
  z.string().nullable(),
  z.string().nullable(),
  z.string(),
  z.number(),
  z.number(),
  z.number().nullable(),
]);
type EntryRow = z.infer<typeof entryRow>;
const sumRow = z.tuple([z.number(), z.number()]);
const recordRow = z.object({
  line: z.number(),
  digest: z.string(),
  source_length: z.number().nullable(),
  source_sum: z.number().nullable(),
});

/**
 * What is known of all rows without their texts. Each row has a slot, in the order of positions.
 */
export interface Slots {
  readonly count: number;
  readonly positions: Int32Array;
  readonly kinds: Uint32Array;
  /** The byte where a row's line begins in results.bin, and the line's length in bytes. */
  readonly ats: Float64Array;
  readonly lengths: Uint32Array;
  /** The line's checksum. Below 0 where another version kept none. */
  readonly sums: Float64Array;
}

const noSlots: Slots = {
  count: 0,
  positions: new Int32Array(),
  kinds: new Uint32Array(),
  ats: new Float64Array(),
  lengths: new Uint32Array(),
  sums: new Float64Array(),
};
const columns = "position, outcome, phase, reason, traits, at, length, sum";
/** In the place of a checksum that was not kept. */
const noSum = -1;
/** A run at work settles rows all the time. Looking more often would show a person nothing more. */
const lookEveryMs = 500;

/**
 * The index of a run, held in memory and brought up to date beside the process that may write it.
 */
export class ResultIndex {
  readonly kinds = new RowKinds();
  readonly #files: RunFiles;
  #database: Sqlite;
  #results: Results;
  #fileNumber: number;
  #dataVersion: unknown;
  #lookedAt = -Infinity;
  #slots = noSlots;
  #end = 0;
  #version = 0;
  #generation = 0;

  constructor(files: RunFiles) {
    this.#files = files;
    this.#database = openForReading(files.index);
    this.#results = new Results(files, this.#database, { readOnly: true });
    this.#fileNumber = fileNumberOf(files.index);
  }

  /** The rows as they stand. */
  get slots(): Slots {
    return this.#slots;
  }

  /** Counts up with every change. */
  get version(): number {
    return this.#version;
  }

  /**
   * Counts up when rows were forgotten or made anew, so that places in results.bin have changed.
   */
  get generation(): number {
    return this.#generation;
  }

  /** Takes in what has changed. @param now The time in milliseconds. */
  refresh(now = performance.now()): void {
    if (now - this.#lookedAt < lookEveryMs) return;
    this.#lookedAt = now;
    reading(this.#files.index, () => this.#look());
  }

  #look(): void {
    // A run throws an index that was damaged away, and makes a new one of the same name.
    if (fileNumberOf(this.#files.index) !== this.#fileNumber) this.#reopen();
    const [dataVersion] = z.tuple([z.number()]).parse(this.#database.prepare("PRAGMA data_version", asArrays).get());
    if (dataVersion === this.#dataVersion) return;
    this.#dataVersion = dataVersion;
    this.#version++;
    const [count, sum] = sumRow.parse(this.#database.prepare("SELECT count(*), total(at + length) FROM results", asArrays).get());
    const added = this.#read(this.#end);
    const merged = merge(this.#slots, added, this.kinds);
    if (merged.count === count && sumOf(merged) === sum) this.#take(merged);
    else {
      this.#generation++;
      this.#take(merge(noSlots, this.#read(0), this.kinds));
    }
  }

  /** The kinds that rows have now, each with its number of rows. */
  countKinds(): KindCount[] {
    const rows = new Float64Array(this.kinds.all().length);
    const { kinds, count } = this.#slots;
    for (let slot = 0; slot < count; slot++) {
      const kind = kinds[slot] ?? 0;
      rows[kind] = (rows[kind] ?? 0) + 1;
    }
    return this.kinds.all().flatMap((kind, number) => (rows[number] ? [{ kind, rows: rows[number] }] : []));
  }

  /** The slot of a position. Undefined when the row there has no result. */
  slotOf(position: number): number | undefined {
    const { positions, count } = this.#slots;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((positions[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return positions[low] === position && low < count ? low : undefined;
  }

  /** A row's line in dataset.jsonl or rejected.jsonl. */
  body(slot: number): string {
    const sum = this.#slots.sums[slot] ?? noSum;
    const known = { sum: sum < 0 ? null : sum, position: this.#slots.positions[slot] ?? 0 };
    return this.#results.read(this.#slots.ats[slot] ?? 0, this.#slots.lengths[slot] ?? 0, known);
  }

  /** The first bytes of that line, which hold the row's id. */
  head(slot: number, bytes: number): string {
    return this.#results.read(this.#slots.ats[slot] ?? 0, Math.min(bytes, this.#slots.lengths[slot] ?? 0));
  }

  /** Reads `length` bytes of results.bin from byte `at`. */
  text(at: number, length: number): Buffer {
    return this.#results.bytes(at, length);
  }

  /**
   * What the index in memory leaves out: the row's line in the input, its digest, and its own text,
   * which is kept for rows that are done.
   */
  record(slot: number): { line: number; digest: string; source: string | undefined } | undefined {
    const position = this.#slots.positions[slot] ?? -1;
    const all = `SELECT position, line, digest, source_length, ${checksumColumns(this.#database)} FROM results`;
    const found = this.#database.prepare(`SELECT line, digest, source_length, source_sum FROM (${all}) WHERE position = ?`).get(position);
    if (found === undefined) return undefined;
    const { line, digest, source_length: length, source_sum: sum } = recordRow.parse(found);
    const at = (this.#slots.ats[slot] ?? 0) + (this.#slots.lengths[slot] ?? 0) + 1;
    return { line, digest, source: length === null ? undefined : this.#results.read(at, length, { sum, position }) };
  }

  close(): void {
    this.#results.close();
    closeDatabase(this.#database);
  }

  #take(slots: Slots): void {
    this.#slots = slots;
    this.#end = 0;
    for (let slot = 0; slot < slots.count; slot++) this.#end = Math.max(this.#end, (slots.ats[slot] ?? 0) + (slots.lengths[slot] ?? 0));
  }

  #read(from: number): EntryRow[] {
    const all = `SELECT position, outcome, phase, reason, traits, at, length, ${checksumColumns(this.#database)} FROM results`;
    return z
      .array(entryRow)
      .parse(this.#database.prepare(`SELECT ${columns} FROM (${all}) WHERE at >= ? ORDER BY position`, asArrays).all(from));
  }

  #reopen(): void {
    this.close();
    this.#database = openForReading(this.#files.index);
    this.#results = new Results(this.#files, this.#database, { readOnly: true });
    this.#fileNumber = fileNumberOf(this.#files.index);
    this.#dataVersion = undefined;
  }
}

function fileNumberOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}

function sumOf({ count, ats, lengths }: Slots): number {
  let sum = 0;
  for (let slot = 0; slot < count; slot++) sum += (ats[slot] ?? 0) + (lengths[slot] ?? 0);
  return sum;
}

/**
 * Slots with rows added, which replace those at the same positions. Both are in the order of
 * positions.
 */
function merge(before: Slots, added: readonly EntryRow[], kinds: RowKinds): Slots {
  if (added.length === 0) return before;
  const most = before.count + added.length;
  const slots = {
    positions: new Int32Array(most),
    kinds: new Uint32Array(most),
    ats: new Float64Array(most),
    lengths: new Uint32Array(most),
    sums: new Float64Array(most),
  };
  let count = 0;
  let old = 0;
  const keep = (until: number): void => {
    for (; old < before.count && (before.positions[old] ?? 0) < until; old++, count++) {
      slots.positions[count] = before.positions[old] ?? 0;
      slots.kinds[count] = before.kinds[old] ?? 0;
      slots.ats[count] = before.ats[old] ?? 0;
      slots.lengths[count] = before.lengths[old] ?? 0;
      slots.sums[count] = before.sums[old] ?? noSum;
    }
  };
  for (const [position, outcome, phase, reason, traits, at, length, sum] of added) {
    keep(position);
    if (before.positions[old] === position && old < before.count) old++;
    slots.positions[count] = position;
    slots.kinds[count] = kinds.numberOf(outcome, phase, reason, traits);
    slots.ats[count] = at;
    slots.lengths[count] = length;
    slots.sums[count] = sum ?? noSum;
    count++;
  }
  keep(Infinity);
  return { count, ...slots };
}
