import { hashWords, plainText } from "../exports/words.ts";

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
  readonly phrases: readonly Int32Array[];
}

export function messageWords(systemMessage: string, phrases: readonly { readonly text: string }[]): MessageWords {
  return { message: wordHashes(systemMessage), phrases: phrases.map(({ text }) => wordHashes(text)) };
}
