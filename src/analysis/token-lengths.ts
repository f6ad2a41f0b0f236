import { UsageError } from "../errors.ts";

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
    return { name: encoding === undefined ? "o200k_base, which may not be the model's own" : name, lengths: (text) => counter.count(text) };
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
