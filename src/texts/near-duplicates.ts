import { mixInto } from "../statistics/mix.ts";
import { MinHash } from "./min-hash.ts";
import { UnionFind } from "./union-find.ts";

// 21 bands of 6: texts of Jaccard similarity 0.8 share a band with a probability of 1 - (1 - 0.8^6)^21 = 0.998, of 0.5 with 0.28.
const bands = 21;
const bandSize = 6;
const size = bands * bandSize;
/** Texts that share a band are joined when their signatures agree at 83 of 126 places: 0.66, 3.4 standard deviations from 0.8 and 3.5 from 0.5. */
const mostDifferences = 43;
const chunkRows = 8192;
/** A band's group of up to so many texts is compared pair by pair; in a larger one, each with its next `reach` in an order of the texts' own. */
const fullGroup = 512;
const reach = 64;

/**
 * Groups of texts that are almost the same, by MinHash and locality-sensitive hashing (Leskovec, Rajaraman and Ullman, Mining of Massive
 * Datasets, ch. 3). Texts are compared as sets of shingles of three words: with a Jaccard similarity of 0.8 and more they are nearly
 * always together, with 0.5 and less nearly never, unless others stand between them (groups are transitive). Memory is flat: 504 bytes
 * a row, and 12 more while `clusters` works. The groups do not hang on the order of the rows.
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

  /** For each row, the smallest row of its group: itself for a row that stands alone. */
  clusters(): Uint32Array {
    const groups = new UnionFind(this.#rows);
    // Rows of one signature first: all others are compared with one of them only, however many there are.
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

  /** Joins rows of one signature; returns one row of each signature, ascending. */
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

  /** Calls back with the rows that agree on a stretch of their signatures, group by group; by a hash, so rarely with a stranger among them. */
  #eachGroup(rows: Uint32Array, from: number, length: number, work: (members: Uint32Array) => void): void {
    // Hash and place share the 53 bits of a number, so that sorting one typed array brings equal hashes together.
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

  /** Order of two signatures, read from a place on and round to it again; 0 when they are the same. */
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
