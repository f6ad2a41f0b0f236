import { z } from "zod";
import { literalPattern } from "../../../texts/literal-pattern.ts";
import { kind } from "../instruction.ts";
import { countOf, strip, wordEdge } from "../reference/python-text.ts";
import { count, keeps, relation, text } from "./settings.ts";

/** Python takes the Turkish i for an i where case does not matter. */
const turkishI = /[İı]/g;

function patternOf(keyword: string): RegExp {
  return new RegExp(literalPattern(keyword.replace(turkishI, "i")), "giu");
}

function occurrences(response: string, keyword: string): number {
  return countOf(response.replace(turkishI, "i"), patternOf(keyword));
}

/** Each keyword is somewhere in the response, also within a word. Case does not matter. */
export const existence = kind(z.object({ keywords: z.array(text).min(1) }), (response, { keywords }) =>
  keywords.every((keyword) => occurrences(response, keyword) > 0),
);

/** A keyword is there often or seldom enough. It is also counted within words. */
export const frequency = kind(z.object({ keyword: text, frequency: count, relation }), (response, settings) =>
  keeps(occurrences(response, strip(settings.keyword)), settings.relation, settings.frequency),
);

/** None of the words is there. Within a longer word it may be. */
export const forbiddenWords = kind(z.object({ forbidden_words: z.array(text).min(1) }), (response, settings) =>
  settings.forbidden_words.every(
    (word) => !new RegExp(`${wordEdge}${patternOf(word).source}${wordEdge}`, "iu").test(response.replace(turkishI, "i")),
  ),
);

/**
 * A character is there often or seldom enough. Case does not matter. Two of IFEval's prompts ask
 * for `#` and `!`, and the reference counts a letter drawn at random instead. Here the character
 * counts.
 */
export const letterFrequency = kind(
  z.object({ letter: text, let_frequency: count, let_relation: relation }),
  (response, { letter, let_frequency, let_relation }) =>
    keeps(response.toLowerCase().split(strip(letter).toLowerCase()).length - 1, let_relation, let_frequency),
);
