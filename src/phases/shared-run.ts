/** Words, and single characters of scripts that write none between spaces. */
const words = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}]+/gu;

/**
 * Whether `a` and `b` share a run of `length` words, case and punctuation aside. Runs that `except` holds too do not count.
 * Linear in the texts.
 */
export function sharedRun(a: string, b: string, length: number, except = ""): boolean {
  const runsOfA = runs(a, length);
  if (runsOfA.size === 0) return false;
  for (const run of runs(except, length)) runsOfA.delete(run);
  for (const run of runs(b, length)) if (runsOfA.has(run)) return true;
  return false;
}

/** Whether a text says the same four words three times: a small model going round in circles. */
export function repeatsItself(text: string): boolean {
  const list = wordsOf(text);
  const counts = new Map<string, number>();
  for (let start = 0; start + 4 <= list.length; start++) {
    const run = list.slice(start, start + 4).join(" ");
    counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  return [...counts.values()].some((count) => count >= 3);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(words) ?? [];
}

function runs(text: string, length: number): Set<string> {
  const list = wordsOf(text);
  const found = new Set<string>();
  for (let start = 0; start + length <= list.length; start++) found.add(list.slice(start, start + length).join(" "));
  return found;
}
