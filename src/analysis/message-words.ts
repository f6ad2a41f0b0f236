import { ngramHash, wordHashes } from "../texts/word-hashes.ts";

/** The words of a system message and of its phrases, as hashes. */
export interface MessageWords {
  readonly message: Int32Array;
  /** Hashes of the message's sequences of 1, 2 and 3 words. Several figures count them. */
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
