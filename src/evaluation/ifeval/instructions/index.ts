import type { InstructionKind } from "../instruction.ts";
import * as contents from "./contents.ts";
import * as formats from "./formats.ts";
import * as keywords from "./keywords.ts";
import * as languages from "./languages.ts";
import * as lengths from "./lengths.ts";

/** The 25 instructions of IFEval (arXiv 2311.07911) by the ids of its data. */
export const instructionKinds = {
  "change_case:capital_word_frequency": languages.capitalWordFrequency,
  "change_case:english_capital": languages.englishCapital,
  "change_case:english_lowercase": languages.englishLowercase,
  "combination:repeat_prompt": contents.repeatPrompt,
  "combination:two_responses": contents.twoResponses,
  "detectable_content:number_placeholders": contents.numberPlaceholders,
  "detectable_content:postscript": contents.postscript,
  "detectable_format:constrained_response": formats.constrainedResponse,
  "detectable_format:json_format": formats.jsonFormat,
  "detectable_format:multiple_sections": formats.multipleSections,
  "detectable_format:number_bullet_lists": formats.numberBulletLists,
  "detectable_format:number_highlighted_sections": formats.numberHighlightedSections,
  "detectable_format:title": formats.title,
  "keywords:existence": keywords.existence,
  "keywords:forbidden_words": keywords.forbiddenWords,
  "keywords:frequency": keywords.frequency,
  "keywords:letter_frequency": keywords.letterFrequency,
  "language:response_language": languages.responseLanguage,
  "length_constraints:nth_paragraph_first_word": lengths.nthParagraphFirstWord,
  "length_constraints:number_paragraphs": lengths.numberParagraphs,
  "length_constraints:number_sentences": lengths.numberSentences,
  "length_constraints:number_words": lengths.numberWords,
  "punctuation:no_comma": contents.noComma,
  "startend:end_checker": contents.endChecker,
  "startend:quotation": contents.quotation,
} satisfies Readonly<Record<string, InstructionKind>>;

export type InstructionId = keyof typeof instructionKinds;
