/** Words in a row of one text that another text holds too. 0 words if there are none. */
export interface CopiedSpan {
  readonly words: number;
  readonly start: number;
}

/**
 * At most this many places of a word are looked at. A word with more is too frequent to begin a
 * copy.
 */
const mostPlaces = 256;

/**
 * The longest sequence of words that `text` shares with one of `sources`, but for sequences that
 * one of `known` holds too. It finds what a system message took from the response rather than from
 * the instruction. All texts are hashes of their words (`wordHashes`).
 */
export function longestCopied(text: Int32Array, sources: readonly Int32Array[], known: () => readonly Int32Array[]): CopiedSpan {
  const places = placesOf(text);
  const copied = runLengths(text, places, sources);
  // The known texts matter only where something is copied.
  const excused = copied.some((length) => length > 0) ? runLengths(text, places, known()) : copied;
  let words = 0;
  let start = 0;
  copied.forEach((length, at) => {
    if (length <= words || length <= (excused[at] ?? 0)) return;
    words = length;
    start = at + 1 - length;
  });
  return { words, start };
}

function placesOf(words: Int32Array): ReadonlyMap<number, number[]> {
  const places = new Map<number, number[]>();
  words.forEach((word, at) => {
    const known = places.get(word);
    if (known === undefined) places.set(word, [at]);
    else if (known.length < mostPlaces) known.push(at);
  });
  return places;
}

/**
 * For each word of `text`, the length of the longest sequence that ends with the word and that one
 * of the sources holds.
 */
function runLengths(text: Int32Array, places: ReadonlyMap<number, readonly number[]>, sources: readonly Int32Array[]): Int32Array {
  const longest = new Int32Array(text.length);
  // By place in the text, the lengths of the sequences that end at the source's word before.
  let before = new Int32Array(text.length);
  let now = new Int32Array(text.length);
  const none: readonly number[] = [];
  for (const source of sources) {
    let last = none;
    for (const word of source) {
      const here = places.get(word) ?? none;
      for (const at of here) {
        const length = (at === 0 ? 0 : (before[at - 1] ?? 0)) + 1;
        now[at] = length;
        if (length > (longest[at] ?? 0)) longest[at] = length;
      }
      for (const at of last) before[at] = 0;
      [before, now] = [now, before];
      last = here;
    }
    before.fill(0);
    now.fill(0);
  }
  return longest;
}
