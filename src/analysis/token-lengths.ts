import { UsageError } from "../errors.ts";

/** A tokenizer takes the square of a word's length, and a text may be one word: pieces of this size are off by a token each at most. */
const pieceCharacters = 4_000;

/** Counts the tokens of texts. */
export interface TokenLengths {
  /** Whose tokens they are, for people. */
  readonly name: string;
  readonly lengths: (text: string) => number;
}

/**
 * The encoding of the model where it is one of OpenAI's, else o200k_base, and that is said: ratios of lengths hardly hang on the tokenizer, and
 * an analysis asks no network. Undefined where no tokenizer is installed.
 */
export async function openTokenLengths(model: string): Promise<TokenLengths | undefined> {
  try {
    const { openAiCounter, openAiEncoding } = await import("../models/tokenizers/openai.ts");
    const encoding = openAiEncoding(model);
    const name = encoding ?? "o200k_base";
    const counter = await openAiCounter(name, { name, isOwn: encoding !== undefined });
    return {
      name: encoding === undefined ? "o200k_base, which may not be the model's own" : name,
      lengths: (text) => countInPieces(text, (piece) => counter.count(piece)),
    };
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

function countInPieces(text: string, count: (piece: string) => number): number {
  let tokens = 0;
  for (let start = 0; start < text.length; start += pieceCharacters) tokens += count(text.slice(start, start + pieceCharacters));
  return tokens;
}
