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

function runs(text: string, length: number): Set<string> {
  const list = text.toLowerCase().match(words) ?? [];
  const found = new Set<string>();
  for (let start = 0; start + length <= list.length; start++) found.add(list.slice(start, start + length).join(" "));
  return found;
}
