import { z } from "zod";
import { kind } from "../instruction.ts";
import { countCapitalWords } from "../reference/capital-words.ts";
import { detectLanguage } from "../reference/detect-language.ts";
import { isLower, isUpper } from "../reference/python-text.ts";
import { count, keeps, none, relation, text } from "./settings.ts";

/** A response that shows no language follows every instruction on its language. */
function isIn(response: string, language: string): boolean {
  return (detectLanguage(response) ?? language) === language;
}

export const responseLanguage = kind(z.object({ language: text }), (response, { language }) => isIn(response, language));

/** In capital letters alone, and in English. */
export const englishCapital = kind(none, (response) => isUpper(response) && isIn(response, "en"));

/** In small letters alone, and in English. */
export const englishLowercase = kind(none, (response) => isLower(response) && isIn(response, "en"));

export const capitalWordFrequency = kind(
  z.object({ capital_frequency: count, capital_relation: relation }),
  (response, { capital_frequency, capital_relation }) => keeps(countCapitalWords(response), capital_relation, capital_frequency),
);
