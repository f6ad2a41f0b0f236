/*
 * Parts of the rules that tell what an instruction asks for. A request begins a sentence ("Write a
 * function ...") or follows "please", "can you" and the like, so that "Explain how to write a
 * function" is none.
 */

/** What stands before the verb of a request. */
export const begins =
  '(?:^|[.!?:;,\\n"“¿¡][ \\t]{0,8}|\\bplease |(?<!\\b(?:how|why|when|where|what|which) )\\b(?:can|could|would|will) you (?:please )?|\\b(?:and|then|y|und|et|e) |\\bpor favor,? |\\bbitte )';

/**
 * At most six words between a verb and its noun.
 * @param stops Words after which the noun is no longer what is asked for, as in "a summary of the
 * code".
 */
export function upTo(stops: string): string {
  return `(?:(?!(?:${stops})(?!\\p{L}))[^\\s.?!]+\\s+){0,6}?`;
}

/** A rule for each language, read without regard to case. */
export function anyOf(...rules: readonly string[]): RegExp {
  return new RegExp(rules.join("|"), "iu");
}
