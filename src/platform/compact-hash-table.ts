/** Two unsigned numbers of 32 bits. */
export type Pair = readonly [high: number, low: number];

/**
 * A part grows by a quarter when 7 of 8 slots are used. So at least 7 of 10 slots are used, as 7/8
 * divided by 1.25 is 0.7.
 */
const fullest = 7 / 8;
const growth = 1.25;
/** 64 parts. */
const partBits = 6;

/** 512 slots of 8 bytes, which is 4 KB. A power of two, so that pages are found by shifts. */
const pageSlotBits = 9;
const pageSlots = 2 ** pageSlotBits;
/** Pages that are cut from one array of 64 KB. */
const chunkPages = 16;

const none: readonly Pair[] = [];

/**
 * A hash table of pairs in typed arrays, with 8 bytes a slot and linear probing. A first number of
 * 0 stands for an empty slot. A million pairs take some 10 MB.
 *
 * The table has 64 parts that grow one at a time, by pages of equal size. So a large table is never
 * copied as a whole, and memory does not fragment. Tables of ever new sizes would leave holes that
 * come to half as much memory again. This serves the memory of bench D (bench/README.md).
 */
export class CompactHashTable {
  readonly #hashOf: (high: number, low: number) => number;
  readonly #parts: readonly Part[];

  /**
   * @param bits Bits of a hash, 32 at most.
   * @param hashOf The hash of a pair. Its bits must be as good as random.
   */
  constructor(bits: number, hashOf: (high: number, low: number) => number) {
    const pages = new Pages();
    this.#hashOf = hashOf;
    this.#parts = Array.from({ length: 2 ** partBits }, () => new Part(pages, bits, hashOf));
  }

  /** @param high Any number but 0. */
  add(high: number, low: number): void {
    this.#partOf(this.#hashOf(high, low)).add(high, low);
  }

  /** The pairs with this hash, in the order in which they were added. */
  find(hash: number): readonly Pair[] {
    return this.#partOf(hash).find(hash);
  }

  /** The lowest 6 bits of a hash select the part. The highest bits select the slot in the part. */
  #partOf(hash: number): Part {
    const part = this.#parts[hash & (2 ** partBits - 1)];
    if (part === undefined) throw new RangeError("a table without parts");
    return part;
  }
}

class Part {
  readonly #memory: Pages;
  readonly #bits: number;
  readonly #hashOf: (high: number, low: number) => number;
  readonly #pages: Uint32Array[] = [];
  #size = 0;
  #count = 0;

  constructor(memory: Pages, bits: number, hashOf: (high: number, low: number) => number) {
    this.#memory = memory;
    this.#bits = bits;
    this.#hashOf = hashOf;
  }

  add(high: number, low: number): void {
    if (++this.#count > fullest * this.#size) this.#grow();
    this.#put(high, low);
  }

  find(hash: number): readonly Pair[] {
    if (this.#count === 0) return none;
    let found: Pair[] | undefined;
    for (let slot = this.#home(hash); ; slot = this.#after(slot)) {
      const page = this.#pageOf(slot);
      const high = page[wordOf(slot)] ?? 0;
      if (high === 0) return found ?? none;
      const low = page[wordOf(slot) + 1] ?? 0;
      if (this.#hashOf(high, low) === hash) (found ??= []).push([high, low]);
    }
  }

  /** The slot where the search for a hash begins. */
  #home(hash: number): number {
    return Math.floor((hash * this.#size) / 2 ** this.#bits);
  }

  /** The slot where the search goes on. */
  #after(slot: number): number {
    return slot + 1 === this.#size ? 0 : slot + 1;
  }

  #pageOf(slot: number): Uint32Array {
    const page = this.#pages[slot >>> pageSlotBits];
    if (page === undefined) throw new RangeError(`slot ${slot} of ${this.#size}`);
    return page;
  }

  #put(high: number, low: number): void {
    let slot = this.#home(this.#hashOf(high, low));
    while (this.#pageOf(slot)[wordOf(slot)] !== 0) slot = this.#after(slot);
    const page = this.#pageOf(slot);
    page[wordOf(slot)] = high;
    page[wordOf(slot) + 1] = low;
  }

  #grow(): void {
    const pairs = this.#takeAll();
    const pages = Math.max(1, Math.ceil(growth * this.#pages.length));
    while (this.#pages.length < pages) this.#pages.push(this.#memory.page());
    this.#size = pages * pageSlots;
    for (let at = 0; at < pairs.length; at += 2) this.#put(pairs[at] ?? 0, pairs[at + 1] ?? 0);
  }

  /**
   * Takes all pairs out. It begins after an empty slot, so that pairs with equal hashes keep their
   * order even if they go round the end of the part.
   */
  #takeAll(): Uint32Array {
    const pairs = this.#memory.scratch(2 * this.#count);
    let start = 0;
    while (start < this.#size && this.#pageOf(start)[wordOf(start)] !== 0) start++;
    let taken = 0;
    for (let step = 0, slot = start; step < this.#size; step++, slot = this.#after(slot)) {
      const page = this.#pageOf(slot);
      const high = page[wordOf(slot)] ?? 0;
      if (high === 0) continue;
      pairs[taken++] = high;
      pairs[taken++] = page[wordOf(slot) + 1] ?? 0;
    }
    for (const page of this.#pages) page.fill(0);
    return pairs.subarray(0, taken);
  }
}

/** The index in its page at which a slot begins. A slot has two numbers. */
function wordOf(slot: number): number {
  return (slot & (pageSlots - 1)) << 1;
}

/** Memory for the parts of one table. It is never moved and never freed. */
class Pages {
  #chunk = new Uint32Array(0);
  #scratch = new Uint32Array(0);

  /** A page of empty slots. */
  page(): Uint32Array {
    if (this.#chunk.length === 0) this.#chunk = new Uint32Array(chunkPages * 2 * pageSlots);
    const page = this.#chunk.subarray(0, 2 * pageSlots);
    this.#chunk = this.#chunk.subarray(2 * pageSlots);
    return page;
  }

  /** Memory for `length` numbers. Valid until the next call. */
  scratch(length: number): Uint32Array {
    if (this.#scratch.length < length) this.#scratch = new Uint32Array(2 * length);
    return this.#scratch;
  }
}
