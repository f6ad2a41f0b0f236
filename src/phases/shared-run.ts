/** Words, and single characters of scripts that write none between spaces. */
const words = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]+/gu;

/**
 * Whether `a` and `b` share a run of `length` words, case and punctuation aside. Runs that `except` holds too do not count.
 * Linear in the texts.
 */
export function sharedRun(a: string, b: string, length: number, except = ""): boolean {
  const runsOfA = runs(a, length);
  if (runsOfA.size === 0) return false;
  return new RunsOf([b], length, except).touch(runsOfA);
}

/** The runs of `length` words of some texts, without those that `except` holds too; found when they are first needed. */
export class RunsOf {
  readonly #texts: readonly string[];
  readonly #length: number;
  readonly #except: string;
  #runs: Set<string> | undefined;

  constructor(texts: readonly string[], length: number, except: string) {
    this.#texts = texts;
    this.#length = length;
    this.#except = except;
  }

  /** Whether a text shares one of them. */
  sharedBy(text: string): boolean {
    return this.touch(runs(text, this.#length));
  }

  touch(others: ReadonlySet<string>): boolean {
    if (others.size === 0) return false;
    this.#runs ??= this.#find();
    for (const run of others) if (this.#runs.has(run)) return true;
    return false;
  }

  #find(): Set<string> {
    const found = new Set(this.#texts.flatMap((text) => [...runs(text, this.#length)]));
    for (const run of runs(this.#except, this.#length)) found.delete(run);
    return found;
  }
}

/** Whether a text says the same four words three times: a small model going round in circles. */
export function repeatsItself(text: string): boolean {
  const counts = new Map<string, number>();
  for (const run of runsIn(text, 4)) {
    const count = (counts.get(run) ?? 0) + 1;
    if (count === 3) return true;
    counts.set(run, count);
  }
  return false;
}

function runs(text: string, length: number): Set<string> {
  return new Set(runsIn(text, length));
}

function* runsIn(text: string, length: number): Generator<string, void, void> {
  // A run has a letter a word at the least, and a text of so few none.
  if (text.length < length) return;
  const list = text.toLowerCase().match(words) ?? [];
  const joined = list.join(" ");
  // Parts of one text, because each would else be put together word by word.
  let begin = 0;
  let end = list.slice(0, length - 1).join(" ").length;
  for (let last = length - 1; last < list.length; last++) {
    end += (list[last]?.length ?? 0) + (last > 0 ? 1 : 0);
    yield joined.slice(begin, end);
    begin += (list[last - length + 1]?.length ?? 0) + 1;
  }
}
