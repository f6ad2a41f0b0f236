import { hashWords, mix, plainText } from "../../exports/words.ts";
import type { Diversity } from "../report.ts";
import { DistinctCount } from "../statistics/distinct-count.ts";
import { rounded } from "../statistics/rounded.ts";

const orders = [1, 2, 3] as const;
/** Distinct-n falls with the number of texts: blocks of one size can be compared. */
const blockTexts = 1_000;

interface Order {
  readonly n: (typeof orders)[number];
  readonly distinct: DistinctCount;
  readonly block: Set<number>;
  all: number;
  inBlock: number;
}

/** Distinct-1, -2 and -3 (Li et al. 2016, "A Diversity-Promoting Objective Function"): unique n-grams of words over all n-grams. */
export class DistinctNgrams {
  readonly #orders: Order[] = orders.map((n) => ({ n, distinct: new DistinctCount(), block: new Set(), all: 0, inBlock: 0 }));
  readonly #blocks = orders.map(() => ({ sum: 0, count: 0 }));
  #words = new Int32Array(1024);
  #texts = 0;

  get texts(): number {
    return this.#texts;
  }

  add(text: string): void {
    const plain = plainText(text);
    if (this.#words.length < plain.length) this.#words = new Int32Array(2 * plain.length);
    const words = this.#words;
    const count = hashWords(plain, words);
    for (const order of this.#orders) {
      for (let start = 0; start + order.n <= count; start++) {
        let hash = words[start] ?? 0;
        for (let index = start + 1; index < start + order.n; index++) hash = mix(Math.imul(hash, 31) + (words[index] ?? 0));
        order.distinct.add(hash);
        order.block.add(hash);
        order.all++;
        order.inBlock++;
      }
    }
    this.#texts++;
    if (this.#texts % blockTexts === 0) this.#endBlock();
  }

  figures(): Diversity["distinct"] {
    return this.#orders.map(({ n, distinct, all }, index) => {
      const { sum = 0, count = 0 } = this.#blocks[index] ?? {};
      return {
        n,
        all: all === 0 ? 0 : rounded(Math.min(1, distinct.count() / all)),
        perThousand: count === 0 ? null : rounded(sum / count),
      };
    });
  }

  #endBlock(): void {
    for (const [index, order] of this.#orders.entries()) {
      const block = this.#blocks[index];
      if (block && order.inBlock > 0) {
        block.sum += order.block.size / order.inBlock;
        block.count++;
      }
      order.block.clear();
      order.inBlock = 0;
    }
  }
}
