import { literalPattern } from "../../texts/literal-pattern.ts";

/** Banned words that a response has. */
export interface BannedWords {
  /** Whole words and phrases, also beside punctuation. Case does not matter. */
  readonly found: readonly string[];
  /**
   * Whether the reference finds one. It splits at whitespace, so that it misses "care," and every
   * phrase of two words. It is told for comparison with published figures.
   */
  readonly byReference: boolean;
}

/** Looks for banned words. An inflected form, such as "cares", is another word. */
export function bannedWords(response: string, banned: readonly string[]): BannedWords {
  const tokens = new Set(response.toLowerCase().split(/\s+/u));
  return {
    found: banned.filter((word) => patternOf(word).test(response)),
    byReference: banned.some((word) => tokens.has(word.toLowerCase())),
  };
}

function patternOf(word: string): RegExp {
  const words = word.trim().split(/\s+/u).map(literalPattern);
  return new RegExp(String.raw`(?<![\p{L}\p{M}\p{N}_])${words.join(String.raw`\s+`)}(?![\p{L}\p{M}\p{N}_])`, "iu");
}
