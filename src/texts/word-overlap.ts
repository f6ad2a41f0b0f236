/** Words, and single characters of scripts that write none between spaces. */
const words = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]+/gu;

/**
 * Whether `a` and `b` share a run of `length` words, case and punctuation aside. Runs that `except` holds too do not count.
 * Linear in the texts.
 */
export function sharedRun(a: string, b: string, length: number, except = ""): boolean {
  return new RunsOf([a], length, except).sharedBy(b);
}

/** The runs of `length` words of some texts, without those that `except` holds too; found when they are first needed. */
export class RunsOf {
  readonly #texts: readonly string[];
  readonly #length: number;
  readonly #except: string;
  #lists: number[][] | undefined;
  #words: Set<number> | undefined;
  #runs: Set<string> | undefined;
  #excepted: Set<string> | undefined;

  constructor(texts: readonly string[], length: number, except: string) {
    this.#texts = texts;
    this.#length = length;
    this.#except = except;
  }

  /** Whether a text shares one of them. */
  sharedBy(text: string): boolean {
    // A run has a letter a word at the least, and a text of so few none.
    if (text.length < this.#length) return false;
    const list = wordsOf(text);
    if (list.length < this.#length) return false;
    this.#lists ??= this.#texts.map(wordsOf);
    this.#words ??= setOf(this.#lists);
    // Most texts share no run, which their single words show already.
    for (let end = 0, known = 0; end < list.length; end++) {
      known = this.#words.has(list[end] ?? 0) ? known + 1 : 0;
      if (known >= this.#length && this.#holds(list.slice(end + 1 - this.#length, end + 1).join())) return true;
    }
    return false;
  }

  #holds(run: string): boolean {
    this.#runs ??= setOf((this.#lists ?? []).map((list) => runsIn(list, this.#length)));
    if (!this.#runs.has(run)) return false;
    this.#excepted ??= new Set(runsIn(wordsOf(this.#except), this.#length));
    return !this.#excepted.has(run);
  }
}

/** Whether a text says the same four words three times: a small model going round in circles. */
export function repeatsItself(text: string): boolean {
  const list = wordsOf(text);
  // Of most texts no single word is there three times.
  const sorted = new Int32Array(list);
  sorted.sort();
  if (!sorted.some((word, index) => word === sorted[index + 2])) return false;
  const counts = new Map<string, number>();
  for (const run of runsIn(list, 4)) {
    const count = (counts.get(run) ?? 0) + 1;
    if (count === 3) return true;
    counts.set(run, count);
  }
  return false;
}

function setOf<T>(lists: readonly Iterable<T>[]): Set<T> {
  const all = new Set<T>();
  for (const list of lists) for (const one of list) all.add(one);
  return all;
}

/** Of ASCII letters and digits the code of the small letter; 0 of what stands between words. */
const smallCodes = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[\da-z]/i.test(character) ? character.toLowerCase().charCodeAt(0) : 0;
});

/** The words of a text in small letters, each as a hash: so many strings would be most of the work. */
function wordsOf(text: string): number[] {
  const hashes: number[] = [];
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) return (text.toLowerCase().match(words) ?? []).map(hashOf);
    const small = smallCodes[code] ?? 0;
    if (small !== 0) hash = mix(hash, small);
    else if (hash !== 0) {
      hashes.push(hash);
      hash = 0;
    }
  }
  if (hash !== 0) hashes.push(hash);
  return hashes;
}

function hashOf(word: string): number {
  let hash = 0;
  for (let at = 0; at < word.length; at++) hash = mix(hash, word.charCodeAt(at));
  return hash;
}

/** FNV-1a, never 0. */
function mix(hash: number, code: number): number {
  return Math.imul((hash || 0x811c9dc5) ^ code, 0x01000193) || 1;
}

function* runsIn(list: readonly number[], length: number): Generator<string, void, void> {
  for (let start = 0; start + length <= list.length; start++) yield list.slice(start, start + length).join();
}
