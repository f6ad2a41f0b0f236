import { hashWords, plainText } from "../exports/words.ts";

let hashes = new Int32Array(1024);

/** Words of a text as the Unicode tokenizer has them. */
export function wordCount(text: string): number {
  const plain = plainText(text);
  if (hashes.length < plain.length) hashes = new Int32Array(2 * plain.length);
  return hashWords(plain, hashes);
}
