import { z } from "zod";
import { count, tag } from "./counts.ts";
import { maybeSummary } from "./summary.ts";

/** How different the dataset's system messages are from each other, and what leaks into them. */
export const diversity = z.object({
  messages: count,
  /**
   * Messages that differ in their words, case and punctuation aside. Counted exactly up to 10,000,
   * and within about 1% for more (HyperLogLog). Older reports do not have it.
   */
  differentMessages: count.optional(),
  /** Unique n-grams of words over all n-grams (Li et al. 2016). */
  distinct: z.array(
    z.object({
      n: z.union([z.literal(1), z.literal(2), z.literal(3)]),
      /**
       * Over all messages. It falls with their number. Counted exactly up to 10,000 unique n-grams,
       * and within about 1% for more (HyperLogLog).
       */
      all: z.number(),
      /**
       * Mean over blocks of 1,000 messages in input order, at most 10 blocks, and so comparable
       * between runs. Null below 1,000 messages.
       */
      perThousand: z.number().nullable(),
    }),
  ),
  /**
   * Bytes of messages over their bytes under gzip (Shaib et al. 2024). Over the same blocks, or
   * over all messages if there is no block. Higher is more repetitive.
   */
  compressionRatio: z.number().nullable(),
  /**
   * Messages that are almost the same (MinHash-LSH, Jaccard of word 3-grams from about 0.8). Null
   * in sections by source.
   */
  nearDuplicates: z
    .object({
      /** Groups of at least two messages, messages in them, and the size of the largest. */
      clusters: count,
      messages: count,
      share: z.number(),
      largest: count,
      /** The largest clusters, each with its first message. */
      examples: z.array(z.object({ size: count, text: z.string() })),
    })
    .nullable(),
  tagCombinations: z.object({
    /** Different sets of tags. */
    different: count,
    /** Shannon entropy of the sets, in bits. */
    entropyBits: z.number(),
    /** The 20 most frequent. */
    top: z.array(z.object({ tags: z.array(tag), rows: count, share: z.number() })),
  }),
  /**
   * The longest sequence of words of a row's original responses in its system message, but for
   * words that the instructions hold.
   */
  copiedFromResponse: z.object({
    words: maybeSummary,
    /**
     * Rows with such a sequence of at least `atLeastWords` words, and their share of the dataset.
     */
    atLeastWords: count,
    rows: count,
    share: z.number(),
    longest: z.object({ id: z.string(), words: count, text: z.string() }).nullable(),
  }),
  /** Text of the prompt's few-shot demonstrations in system messages. */
  demonstrations: z.object({
    /** Phrases that are a phrase of the demonstrations, word by word. */
    phrases: count,
    /**
     * Rows with such a phrase, or with at least `atLeastWords` words in a row of a demonstration's
     * phrase.
     */
    atLeastWords: count,
    rows: count,
    share: z.number(),
    /** The demonstrations' phrases that occur most. */
    top: z.array(z.object({ text: z.string(), phrases: count })),
  }),
});

export type Diversity = Readonly<z.infer<typeof diversity>>;
