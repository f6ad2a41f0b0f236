import { gzipSync } from "node:zlib";
import type { Diversity } from "../report.ts";
import { DistinctCount } from "../../statistics/distinct-count.ts";
import { rounded } from "../../statistics/rounded.ts";
import type { MessageWords } from "../message-words.ts";

const orders = [1, 2, 3] as const;
const blockMessages = 1_000;
const none = new Int32Array(0);
/**
 * Of a long run at most this many blocks are looked at, spread evenly. More blocks would not change
 * their mean.
 */
const mostBlocks = 10;

class Order {
  readonly n: (typeof orders)[number];
  readonly #all = new DistinctCount();
  readonly #block = new Set<number>();
  #ngrams = 0;
  #inBlock = 0;
  #shares = 0;
  #blocks = 0;

  constructor(n: (typeof orders)[number]) {
    this.n = n;
  }

  add(ngrams: Int32Array, inBlock: boolean): void {
    this.#ngrams += ngrams.length;
    this.#all.addAll(ngrams);
    if (!inBlock) return;
    this.#inBlock += ngrams.length;
    for (const hash of ngrams) this.#block.add(hash);
  }

  endBlock(): void {
    if (this.#inBlock > 0) {
      this.#shares += this.#block.size / this.#inBlock;
      this.#blocks++;
    }
    this.#block.clear();
    this.#inBlock = 0;
  }

  figures(): Diversity["distinct"][number] {
    return {
      n: this.n,
      all: this.#ngrams === 0 ? 0 : rounded(Math.min(1, this.#all.count() / this.#ngrams)),
      perThousand: this.#blocks === 0 ? null : rounded(this.#shares / this.#blocks),
    };
  }
}

/**
 * Repetition over many messages.
 * - Distinct-1, -2 and -3 are unique n-grams of words over all n-grams (Li et al. 2016, "A
 *   Diversity-Promoting Objective Function").
 * - The compression ratio is the bytes of the messages over the bytes of their gzip (Shaib et al.
 *   2024, "Standardizing the Measurement of Text Diversity").
 * Both depend on how many messages there are, so both are taken over blocks of 1,000 messages too.
 */
export class MessageBlocks {
  readonly #orders = orders.map((n) => new Order(n));
  /** One block in this many is looked at. */
  readonly #every: number;
  #messages = 0;
  #lines: string[] = [];
  #bytes = 0;
  #compressed = 0;

  /** @param expected About how many messages there will be in all. */
  constructor(expected: number) {
    this.#every = Math.max(1, Math.ceil(expected / blockMessages / mostBlocks));
  }

  get messages(): number {
    return this.#messages;
  }

  add(message: string, { ngrams }: Pick<MessageWords, "ngrams">): void {
    const inBlock = Math.floor(this.#messages / blockMessages) % this.#every === 0;
    for (const [index, order] of this.#orders.entries()) order.add(ngrams[index] ?? none, inBlock);
    if (inBlock) this.#lines.push(message);
    if (++this.#messages % blockMessages !== 0 || !inBlock) return;
    for (const order of this.#orders) order.endBlock();
    this.#compress();
  }

  figures(): Pick<Diversity, "distinct" | "compressionRatio"> {
    // A block that is not whole counts only where there is no whole block.
    if (this.#bytes === 0) this.#compress();
    return {
      distinct: this.#orders.map((order) => order.figures()),
      compressionRatio: this.#bytes === 0 ? null : rounded(this.#bytes / this.#compressed),
    };
  }

  #compress(): void {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(`${this.#lines.join("\n")}\n`);
    this.#bytes += bytes.length;
    this.#compressed += gzipSync(bytes, { level: 9 }).length;
    this.#lines = [];
  }
}
