import { longestPhrase } from "../prompts/tagged-message-constraint.ts";

/**
 * Longer phrases run on. Close to the grammar's limit a model takes words that fit, so phrases that
 * come close are among them.
 */
const mostCharacters = longestPhrase - 20;

const turns = /(?:^|\s)(?:User|Assistant):.*(?:^|\s)(?:User|Assistant):/u;

/** Whether a phrase goes on and on, or goes on with turns of a conversation. */
export function runsOn(text: string): boolean {
  return text.length > mostCharacters || turns.test(text);
}

const closings = /["'’”»」』*_`]+$/u;
/** No sentence ends with these words. */
const neverLast =
  /(?:^|\s)(?:such as|and|or|the|a|an|your|und|oder|der|die|das|ein|eine|y|el|la|los|las|un|una|et|ou|le|les|une|du|e|o|os|as|um|uma|и|или)$/iu;
/** A text without a full stop does not end with these words either. */
const goesOn =
  /(?:^|\s)(?:of|to|with|for|in|by|from|like|including|that|which|is|are|mit|für|von|zu|con|para|por|de|avec|pour|com|с|для)$/iu;
const pairs = [
  ["(", ")"],
  ["[", "]"],
  ["“", "”"],
  ["«", "»"],
  ["「", "」"],
  ["（", "）"],
] as const;

/** Whether a phrase breaks off before its end. */
export function isCutOff(text: string): boolean {
  const bare = text.replace(closings, "").trimEnd();
  if (/[,:;、，：；–—-]$/u.test(bare)) return true;
  if (neverLast.test(bare.replace(/[.!?…。]+$/u, ""))) return true;
  return goesOn.test(bare) || isUnbalanced(text);
}

function isUnbalanced(text: string): boolean {
  // After a digit the mark stands for inches.
  if ((text.match(/(?<!\d)"/g)?.length ?? 0) % 2 === 1 && !/\d"/.test(text)) return true;
  return pairs.some(([open, close]) => text.split(open).length > text.split(close).length);
}
