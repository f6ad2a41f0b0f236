import { plainText } from "./answer-value.ts";

const article = /^(?:the|an?|el|la|los|las|le|les|der|die|das|il|lo|o|os|as)\s(?=.)/u;

/** The words of a text in lower case, without accents, markup, punctuation and a first article. */
export function plainWords(text: string): string {
  return plainText(text)
    .normalize("NFKD")
    .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}])\p{M}+/gu, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim()
    .replace(article, "");
}

/** Whether a text in plain words holds another one. In scripts with spaces, words are whole. */
export function holdsWords(text: string, part: string): boolean {
  if (part === "") return false;
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Arabic}]/u.test(part)
    ? text.includes(part)
    : ` ${text} `.includes(` ${part} `);
}
