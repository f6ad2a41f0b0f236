import { valueIn } from "../runs/journal/checked-line.ts";
import type { ResultIndex } from "./result-index.ts";
import { Scan } from "./scan.ts";

/**
 * Bytes of results.bin that one step searches, in about 10 ms also where every row must be parsed.
 */
const chunkBytes = 1 << 20;

/**
 * Finds the rows that hold a text, in any case, in the order in which their results were written.
 * results.bin only grows, so bytes that were searched need not be searched again while a run goes
 * on.
 */
export class TextSearch extends Scan {
  readonly #index: ResultIndex;
  readonly #text: string;
  readonly #certain: string;
  readonly #found = new Set<number>();
  #looked = 0;
  #todo: Uint32Array = new Uint32Array();
  #at = 0;
  #version = -1;
  #generation = -1;

  constructor(index: ResultIndex, text: string) {
    super();
    this.#index = index;
    this.#text = text.toLowerCase();
    this.#certain = certainPart(this.#text);
  }

  /** Takes in what has changed. To be called before anything is asked of the search. */
  refresh(): void {
    const { version, generation, slots } = this.#index;
    if (generation !== this.#generation) {
      this.#found.clear();
      this.#looked = 0;
    } else if (version === this.#version) return;
    this.#version = version;
    this.#generation = generation;
    const todo: number[] = [];
    for (let slot = 0; slot < slots.count; slot++) if ((slots.ats[slot] ?? 0) >= this.#looked) todo.push(slot);
    this.#todo = Uint32Array.from(todo).toSorted((a, b) => (slots.ats[a] ?? 0) - (slots.ats[b] ?? 0));
    this.#at = 0;
  }

  get progress(): number {
    return this.#todo.length === 0 ? 1 : this.#at / this.#todo.length;
  }

  /** Rows that are known to hold the text. */
  get count(): number {
    return this.#found.size;
  }

  holds(slot: number): boolean {
    return this.#found.has(this.#index.slots.ats[slot] ?? -1);
  }

  protected step(): boolean {
    // Rows that came in since the last step have moved the slots of others.
    this.refresh();
    const { ats, lengths } = this.#index.slots;
    const first = this.#todo[this.#at];
    if (first === undefined) return false;
    const from = ats[first] ?? 0;
    let end = this.#at;
    let to = from;
    for (; end < this.#todo.length; end++) {
      const slot = this.#todo[end] ?? 0;
      const after = (ats[slot] ?? 0) + (lengths[slot] ?? 0);
      if (after - from > chunkBytes && end > this.#at) break;
      to = after;
    }
    const bytes = this.#index.text(from, to - from);
    // One character a byte, so that an index in the text is a byte of the file. Only ASCII is
    // searched for.
    const text = bytes.toString("latin1").toLowerCase();
    while (this.#at < end) {
      const slot = this.#todo[this.#at] ?? 0;
      const start = (ats[slot] ?? 0) - from;
      const stop = start + (lengths[slot] ?? 0);
      const hit = this.#certain === "" ? start : text.indexOf(this.#certain, start);
      if (hit === -1) {
        this.#at = end;
        break;
      }
      if (hit < stop) {
        if (textsOf(bytes.subarray(start, stop)).some((found) => found.toLowerCase().includes(this.#text))) this.#found.add(ats[slot] ?? 0);
        this.#at++;
      } else this.#at = this.#after(hit + from, this.#at + 1, end);
    }
    this.#looked = this.#at > 0 ? this.#endOf(this.#at - 1) : this.#looked;
    return true;
  }

  /** The first row from `from` on that ends after a byte. */
  #after(byte: number, from: number, end: number): number {
    let at = from;
    while (at < end && this.#endOf(at) <= byte) at++;
    return at;
  }

  #endOf(at: number): number {
    const { ats, lengths } = this.#index.slots;
    const slot = this.#todo[at] ?? 0;
    return (ats[slot] ?? 0) + (lengths[slot] ?? 0);
  }
}

/** The longest part of a text that needs no escape in JSON, nor in JSON within JSON. */
function certainPart(text: string): string {
  const parts = text.match(/[ !#-.0-[\]-~]+/g) ?? [];
  return parts.toSorted((a, b) => b.length - a.length)[0] ?? "";
}

/** Keys whose values are the program's own words and no texts of the row. */
const ownWords = new Set(["role", "verdict", "outcome", "phase", "repairs", "action", "gate", "model", "judgeModel", "tokens"]);

/** All texts of a row's line that people see. None where the line was damaged. */
function textsOf(body: Buffer): string[] {
  const found: string[] = [];
  collect(valueIn(body), found);
  return found;
}

function collect(value: unknown, into: string[]): void {
  if (typeof value === "string") {
    into.push(value);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) for (const inner of value) collect(inner, into);
  else for (const [key, inner] of Object.entries(value)) if (!ownWords.has(key)) collect(inner, into);
}
