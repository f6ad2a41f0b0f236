import { mixInto } from "../statistics/mix.ts";
import { MinHash } from "./min-hash.ts";
import { UnionFind } from "./union-find.ts";

// 21 bands of 6 places. Texts of Jaccard similarity 0.8 share a band with a probability of 1 - (1 -
// 0.8^6)^21 = 0.998, and texts of 0.5 with 0.28.
const bands = 21;
const bandSize = 6;
const size = bands * bandSize;
/**
 * Texts that share a band are joined if their signatures differ at no more than 43 of 126 places.
 * An agreement of 83 places, or 0.66, is 3.4 standard deviations from 0.8 and 3.5 from 0.5.
 */
const mostDifferences = 43;
const chunkRows = 8192;
/**
 * The texts of a band's group of up to 512 are all compared with each other. In a larger group,
 * each text is compared with the next 64 in an order that depends on the texts alone.
 */
const fullGroup = 512;
const reach = 64;

/**
 * Finds groups of texts that are almost the same, by MinHash and locality-sensitive hashing
 * (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, ch. 3). Texts are compared as sets
 * of shingles of three words. With a Jaccard similarity of 0.8 and more, two texts are nearly
 * always in one group. With 0.5 and less they nearly never are, unless other texts lie between
 * them, since groups are transitive. Memory is 504 bytes a row, and 12 more while `clusters` works.
 * The groups do not depend on the order of the rows.
 */
export class NearDuplicates {
  readonly #minHash = new MinHash(size);
  readonly #chunks: Int32Array[] = [];
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** Adds the text of the next row. */
  add(text: string): void {
    const place = this.#rows % chunkRows;
    if (place === 0) this.#chunks.push(new Int32Array(chunkRows * size));
    const chunk = this.#chunks.at(-1);
    if (chunk) this.#minHash.sign(text, chunk, place * size);
    this.#rows++;
  }

  /** For each row, the smallest row of its group. A row that stands alone has itself. */
  clusters(): Uint32Array {
    const groups = new UnionFind(this.#rows);
    // Rows of the same signature come first. Other rows are then compared with one of them only.
    const unique = this.#joinIdentical(groups);
    for (let band = 0; band < bands; band++) {
      const from = band * bandSize;
      this.#eachGroup(unique, from, bandSize, (members) => {
        const large = members.length > fullGroup;
        if (large) members.sort((a, b) => this.#compare(a, b, from + bandSize));
        for (let one = 0; one < members.length; one++) {
          const end = large ? Math.min(members.length, one + 1 + reach) : members.length;
          for (let other = one + 1; other < end; other++) this.#join(groups, members[one] ?? 0, members[other] ?? 0);
        }
      });
    }
    return groups.roots();
  }

  /** Joins rows of the same signature. Returns one row of each signature, ascending. */
  #joinIdentical(groups: UnionFind): Uint32Array {
    const all = Uint32Array.from({ length: this.#rows }, (_, row) => row);
    this.#eachGroup(all, 0, size, (members) => {
      members.sort((a, b) => this.#compare(a, b, 0));
      for (let index = 1; index < members.length; index++) {
        const before = members[index - 1] ?? 0;
        const row = members[index] ?? 0;
        if (this.#compare(before, row, 0) === 0) groups.join(before, row);
      }
    });
    return all.filter((row) => groups.find(row) === row);
  }

  #join(groups: UnionFind, one: number, other: number): void {
    if (groups.find(one) !== groups.find(other) && this.#similar(one, other)) groups.join(one, other);
  }

  /**
   * Calls back with each group of rows that agree on a stretch of their signatures. They are found
   * by a hash of the stretch, so that a group may, rarely, hold a row that does not agree.
   */
  #eachGroup(rows: Uint32Array, from: number, length: number, work: (members: Uint32Array) => void): void {
    // Hash and place share the 53 bits of a number, so that sorting one typed array brings equal
    // hashes together.
    const places = 2 ** Math.ceil(Math.log2(Math.max(2, rows.length)));
    const hashes = Math.min(2 ** 32, 2 ** 53 / places);
    const keys = Float64Array.from(rows, (row, place) => (this.#hash(row, from, length) % hashes) * places + place).toSorted();
    const hashAt = (index: number): number => Math.floor((keys[index] ?? 0) / places);
    for (let start = 0; start < keys.length;) {
      let end = start + 1;
      while (end < keys.length && hashAt(end) === hashAt(start)) end++;
      if (end - start > 1) work(Uint32Array.from(keys.subarray(start, end), (key) => rows[key % places] ?? 0));
      start = end;
    }
  }

  #hash(row: number, from: number, length: number): number {
    const chunk = this.#chunkOf(row);
    const start = (row % chunkRows) * size + from;
    let hash = 0;
    for (let index = start; index < start + length; index++) hash = mixInto(hash, chunk[index] ?? 0);
    return hash >>> 0;
  }

  #similar(one: number, other: number): boolean {
    const a = this.#chunkOf(one);
    const b = this.#chunkOf(other);
    const startA = (one % chunkRows) * size;
    const startB = (other % chunkRows) * size;
    let differences = 0;
    for (let place = 0; place < size; place++) {
      if (a[startA + place] !== b[startB + place] && ++differences > mostDifferences) return false;
    }
    return true;
  }

  /**
   * Compares two signatures, from a place to the end and on from the beginning. 0 if they are the
   * same.
   */
  #compare(one: number, other: number, from: number): number {
    const a = this.#chunkOf(one);
    const b = this.#chunkOf(other);
    const startA = (one % chunkRows) * size;
    const startB = (other % chunkRows) * size;
    for (let step = 0; step < size; step++) {
      const place = (from + step) % size;
      const difference = (a[startA + place] ?? 0) - (b[startB + place] ?? 0);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  #chunkOf(row: number): Int32Array {
    return this.#chunks[Math.floor(row / chunkRows)] ?? new Int32Array(0);
  }
}
