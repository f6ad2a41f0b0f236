import { UsageError } from "../errors.ts";

/**
 * Texts are tokenized in pieces of this size, since a tokenizer takes time in proportion to the
 * square of a word's length, and a text may be one word. Each piece is off by one token at most.
 */
const pieceCharacters = 4_000;

/** Counts the tokens of texts. */
export interface TokenLengths {
  /** The tokenizer's name for people. */
  readonly name: string;
  readonly lengths: (text: string) => number;
}

/**
 * Opens the encoding of an OpenAI model, and o200k_base for any other model, which the report says.
 * Ratios of lengths depend little on the tokenizer, and an analysis makes no request. Undefined if
 * no tokenizer is installed.
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
