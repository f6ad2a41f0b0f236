import { mix, mixInto } from "../statistics/mix.ts";
import { classOf, hasPartialWords, plainText, weightOf, wholeWord } from "./words.ts";

/** Where hashes are written before they are copied to an array of the right length. */
let room = new Int32Array(1024);

function roomFor(words: number): Int32Array {
  if (room.length < words) room = new Int32Array(2 * words);
  return room;
}

/**
 * The words of a text, each as a hash of 32 bits. Two words are the same if their hashes are, but
 * for one pair of different words in four billion. Hashes spare a string for each word.
 */
export function wordHashes(text: string): Int32Array {
  return asciiWordHashes(text) ?? unicodeWordHashes(text);
}

/** Undefined if the text is not all ASCII. */
function asciiWordHashes(text: string): Int32Array | undefined {
  const into = roomFor(text.length);
  const count = hashAsciiWords(text, into);
  return count === undefined ? undefined : into.slice(0, count);
}

function unicodeWordHashes(text: string): Int32Array {
  const plain = plainText(text);
  const into = roomFor(plain.length);
  return into.slice(0, hashWords(plain, into));
}

/** How many words a text has. */
export function countWords(text: string): number {
  return wordHashes(text).length;
}

/** A hash of 32 bits of the `n` words from `start` on. */
export function ngramHash(words: Int32Array, start: number, n: number): number {
  let hash = words[start] ?? 0;
  for (let index = start + 1; index < start + n; index++) hash = mixInto(hash, words[index] ?? 0);
  return hash;
}

/** The words of a text, and how much of a reader's word each of them is. */
export interface WeighedWords {
  readonly hashes: Int32Array;
  /** In twelfths (`weightOf`). Undefined if each word is a whole one. */
  readonly weights: Uint8Array | undefined;
}

/** The words of a text with their weights. */
export function weighedWords(text: string): WeighedWords {
  const ascii = asciiWordHashes(text);
  if (ascii !== undefined) return { hashes: ascii, weights: undefined };
  if (!hasPartialWords(text)) return { hashes: unicodeWordHashes(text), weights: undefined };
  const plain = plainText(text);
  const hashes = new Int32Array(plain.length);
  const weights = new Uint8Array(plain.length).fill(wholeWord);
  const count = hashWords(plain, hashes, weights);
  return { hashes: hashes.subarray(0, count), weights: weights.subarray(0, count) };
}

/**
 * Writes the hashes of the words of a text that `plainText` made into `into`. Returns how many
 * there are, which is at most the text's length.
 * @param weights Gets the weights of characters that are words of their own.
 */
export function hashWords(plain: string, into: Int32Array, weights?: Uint8Array): number {
  let count = 0;
  let hash = 0;
  let length = 0;
  const end = (): void => {
    if (length > 0) into[count++] = mix(hash ^ length);
    hash = 0;
    length = 0;
  };
  for (let at = 0; at < plain.length; at++) {
    let code = plain.charCodeAt(at);
    if (code >= 0xd800 && code < 0xdc00) {
      code = plain.codePointAt(at) ?? code;
      if (code > 0xffff) at++;
    }
    const kind = classOf(code);
    if (kind !== 1) end();
    if (kind === 0) continue;
    hash = withCode(hash, code);
    length++;
    if (kind !== 2) continue;
    if (weights) weights[count] = weightOf(code);
    end();
  }
  end();
  return count;
}

/**
 * The code of the small letter for ASCII letters, and the code of ASCII digits. 0 for all that
 * parts words.
 */
const foldedAscii = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[\da-z]/i.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
});

/**
 * The same hashes as `hashWords` of `plainText`, in a third of the time, for a text that is all
 * ASCII. Undefined for other texts.
 */
function hashAsciiWords(text: string, into: Int32Array): number | undefined {
  let count = 0;
  let hash = 0;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) return undefined;
    const folded = foldedAscii[code] ?? 0;
    if (folded !== 0) {
      hash = withCode(hash, folded);
      length++;
    } else if (length > 0) {
      into[count++] = mix(hash ^ length);
      hash = 0;
      length = 0;
    }
  }
  if (length > 0) into[count++] = mix(hash ^ length);
  return count;
}

/** The hash of a word's beginning with one more code point, much as FNV-1a has it. */
function withCode(hash: number, code: number): number {
  return (Math.imul(hash ^ code, 0x01000193) + 0x9e3779b9) | 0;
}
