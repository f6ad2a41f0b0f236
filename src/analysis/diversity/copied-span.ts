/** A run of words of one text that others hold too: its length, and the place of its first word. 0 words where they share none. */
export interface CopiedSpan {
  readonly words: number;
  readonly start: number;
}

/** A word that is nearly everywhere makes no span; so many places of it are looked at. */
const mostPlaces = 256;

/**
 * The longest run of words of `text` that one of `sources` holds, but for what stands in one of `known` too: what a system message took from the
 * response rather than from the instruction. Texts are hashes of their words.
 */
export function longestCopied(text: Int32Array, sources: readonly Int32Array[], known: () => readonly Int32Array[]): CopiedSpan {
  const places = placesOf(text);
  const copied = runLengths(text, places, sources);
  // What is known matters only where something is copied.
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

/** For each word of a text, the length of the longest run that ends there and stands somewhere in the sources. */
function runLengths(text: Int32Array, places: ReadonlyMap<number, readonly number[]>, sources: readonly Int32Array[]): Int32Array {
  const longest = new Int32Array(text.length);
  // Run lengths that end at the source's word before, by place in the text.
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
