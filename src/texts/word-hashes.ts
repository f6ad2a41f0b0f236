import { mixInto } from "../statistics/mix.ts";
import { hashWords, plainText } from "./words.ts";

let room = new Int32Array(1024);

/** A text's words, as the Unicode tokenizer has them, each as 32 bits of hash: as good as the words for counting, without a string for each. */
export function wordHashes(text: string): Int32Array {
  const plain = plainText(text);
  if (room.length < plain.length) room = new Int32Array(2 * plain.length);
  return room.slice(0, hashWords(plain, room));
}

/** The words of a system message and of its phrases. */
export interface MessageWords {
  readonly message: Int32Array;
  /** Hashes of the message's runs of 1, 2 and 3 words: they are counted in several places. */
  readonly ngrams: readonly Int32Array[];
  readonly phrases: readonly Int32Array[];
}

export function messageWords(systemMessage: string, phrases: readonly { readonly text: string }[]): MessageWords {
  const message = wordHashes(systemMessage);
  const ngrams = [1, 2, 3].map((n) =>
    Int32Array.from({ length: Math.max(0, message.length + 1 - n) }, (_, start) => ngramHash(message, start, n)),
  );
  return { message, ngrams, phrases: phrases.map(({ text }) => wordHashes(text)) };
}

/** 32 bits of hash of the `n` words from `start` on. */
export function ngramHash(words: Int32Array, start: number, n: number): number {
  let hash = words[start] ?? 0;
  for (let index = start + 1; index < start + n; index++) hash = mixInto(hash, words[index] ?? 0);
  return hash;
}
