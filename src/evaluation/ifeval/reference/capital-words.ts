import { isUpper, nltkSpace as space, nltkWord as within, word } from "./python-text.ts";
import { sentencesOf } from "./sentences.ts";

const atEnd = `(?:[${space}]|$)`;
const spaces = new RegExp(`[${space}]+`, "u");
/** The first of two tokens that are written as one word. */
const twoInOne = [
  ...["can(?=not", "d(?='ye", "gim(?=me", "gon(?=na", "got(?=ta", "lem(?=me", "more(?='n"].map((both) => `${both}(?![${word}]))`),
  `wan(?=na${atEnd})`,
];

/** Patterns for what parts one token from the next. They are applied in this order. */
const parts: readonly (readonly [pattern: RegExp, parted: string])[] = [
  // A quote that opens, and not the beginning of 'll, 's and their like.
  [new RegExp(`(?<![${within}])'(?!(?:re|ve|ll|m|t|s|d|n)(?![${within}]))(?=[${within}])`, "giu"), " "],
  // The period at the end of a sentence, and no period within.
  [new RegExp(String.raw`(?<=[^.])\.(?=[\])}>"'»”’ ]*[${space}]*$)`, "u"), " "],
  // Not in 3,000 and 10:30.
  [/[:,](?!\p{Nd})/gu, " "],
  [/[«“‘„»”’`";@#$%&\u2012-\u2015?!*()[\]{}<>]|''|\.{2,}|--/gu, " "],
  [/(?<=[^'])'(?= )/gu, " "],
  // IT'S is two tokens, IT and 'S.
  [new RegExp(`(?<=[^'${space}])(?='(?:[sSmMdD]|ll|LL|re|RE|ve|VE)${atEnd})`, "gu"), " "],
  [new RegExp(`(?<=[^'${space}])(?=(?:n't|N'T)${atEnd})`, "gu"), " "],
  // CANNOT is two, and so is WANNA before a space.
  [new RegExp(`(?<![${word}])(?:${twoInOne.join("|")})`, "giu"), " $& "],
];

/**
 * How many tokens of a text are in capital letters, where tokens are those of NLTK's
 * `word_tokenize`, which follows the Penn Treebank. DON'T counts twice (DO, N'T), so does IT'S, and
 * I in "I'm" counts once. A hyphen parts nothing.
 */
export function countCapitalWords(text: string): number {
  const tokens = sentencesOf(text).flatMap((sentence) =>
    parts.reduce((parted, [pattern, by]) => parted.replace(pattern, by), sentence).split(spaces),
  );
  return tokens.filter(isUpper).length;
}
