import { z } from "zod";
import { kind } from "../instruction.ts";
import { countWords, space, splitAtSpaces, strip } from "../reference/python-text.ts";
import { sentencesOf } from "../reference/sentences.ts";
import { count, keeps, relation, text } from "./settings.ts";

const divider = new RegExp(String.raw`[${space}]?\*\*\*[${space}]?`, "u");

export const numberWords = kind(z.object({ num_words: count, relation }), (response, settings) =>
  keeps(countWords(response), settings.relation, settings.num_words),
);

export const numberSentences = kind(z.object({ num_sentences: count, relation }), (response, settings) =>
  keeps(sentencesOf(response).length, settings.relation, settings.num_sentences),
);

/**
 * Paragraphs have `***` between them. Only the first and the last may be empty. An
 * empty one is not counted.
 */
export const numberParagraphs = kind(z.object({ num_paragraphs: count }), (response, { num_paragraphs }) => {
  const paragraphs = response.split(divider);
  const isEmpty = paragraphs.map((paragraph) => strip(paragraph) === "");
  if (isEmpty.slice(1, -1).includes(true)) return false;
  return isEmpty.filter((empty) => !empty).length === num_paragraphs;
});

/**
 * Paragraphs have an empty line between them, and one of them begins with a word. Empty paragraphs
 * are not counted, but the place of the one that is looked at counts them too.
 */
export const nthParagraphFirstWord = kind(
  z.object({ num_paragraphs: count, nth_paragraph: z.int().positive(), first_word: text }),
  (response, { num_paragraphs, nth_paragraph, first_word }) => {
    const paragraphs = response.split("\n\n");
    const filled = paragraphs.filter((paragraph) => strip(paragraph) !== "").length;
    const paragraph = strip(paragraphs[nth_paragraph - 1] ?? "");
    if (nth_paragraph > filled || paragraph === "") return false;
    const [first = ""] = splitAtSpaces(paragraph);
    const bare = /^[^.,?!'"]*/.exec(first.replace(/^'*"*/, ""))?.[0] ?? "";
    // Letter by letter, so that the sigma at a word's end does not become another letter.
    const small = Array.from(bare, (letter) => letter.toLowerCase()).join("");
    return filled === num_paragraphs && small === first_word.toLowerCase();
  },
);
