import { classOf, plainText } from "../../texts/words.ts";

/** Names of the ways to cut a text into tokens. */
export type TokenizerName = "rouge" | "13a" | "unicode";
/** A text's tokens, each as the number that `id` gives for it. */
export type Tokenizer = (text: string, id: (token: string) => number) => Int32Array;

/**
 * Google's rouge_score 0.1.2 without stemming (rouge/tokenize.py), which is lower case and runs of
 * ASCII letters and digits. Every other character parts words. The one token of "café" is "caf",
 * and a Russian text has no token.
 */
const rouge: Tokenizer = (text, id) => runs(text.toLowerCase(), isAsciiWord, id);

/** sysgen's own tokenizer, which takes words of every script (texts/words.ts). */
const unicode: Tokenizer = (text, id) => {
  const plain = plainText(text);
  return runs(plain, classOf, id);
};

/**
 * mteval-v13a, sacrebleu's default tokenizer (sacrebleu 2.6, tokenizers/tokenizer_13a.py). Case and
 * punctuation count.
 */
const thirteenA: Tokenizer = (text, id) => {
  const tokens = splitWords(punctuationApart(text));
  return Int32Array.from(tokens, id);
};

export const tokenizers: Readonly<Record<TokenizerName, Tokenizer>> = { rouge, "13a": thirteenA, unicode };

function isAsciiWord(code: number): 0 | 1 {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57) ? 1 : 0;
}

/** Runs of code points of class 1, and each of class 2 alone. */
function runs(text: string, kindOf: (codePoint: number) => number, id: (token: string) => number): Int32Array {
  const ids = new Int32Array(text.length);
  let length = 0;
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    let code = at < text.length ? text.charCodeAt(at) : 0x20;
    const from = at;
    if (code >= 0xd800 && code < 0xdc00) {
      code = text.codePointAt(at) ?? code;
      if (code > 0xffff) at++;
    }
    const kind = kindOf(code);
    if (kind === 1) {
      if (start === -1) start = from;
      continue;
    }
    if (start !== -1) ids[length++] = id(text.slice(start, from));
    start = -1;
    if (kind === 2) ids[length++] = id(text.slice(from, at + 1));
  }
  return ids.subarray(0, length);
}

const entities: readonly (readonly [string, string])[] = [
  ["&quot;", '"'],
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
];
/** ASCII punctuation but for `'`, `,`, `-` and `.`, whose neighbours decide. */
const always = /[!-&(-+/:-@[-`{-~]/g;
const markAfterNonDigit = /([^0-9])([.,])/g;
const markBeforeNonDigit = /([.,])([^0-9])/g;
const dashAfterDigit = /([0-9])(-)/g;

function punctuationApart(text: string): string {
  let line = text.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  if (line.includes("&")) for (const [entity, character] of entities) line = line.replaceAll(entity, character);
  return ` ${line} `
    .replace(always, " $& ")
    .replace(markAfterNonDigit, "$1 $2 ")
    .replace(markBeforeNonDigit, " $1 $2")
    .replace(dashAfterDigit, "$1 $2 ");
}

function splitWords(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === "" ? [] : trimmed.split(/\s+/);
}
