import type { Repair, Tag } from "./phrase.ts";
import { perTagSet, type TagSet } from "./tag-set.ts";

/** One `<<...>>` of the text. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly closing: boolean;
  /** The tag that is named, exactly or after repair. Undefined when it is none of the set. */
  readonly tag: Tag | undefined;
  /** True for `<<Role>>`, false for `<Role>`, which may also be HTML in a phrase's text. */
  readonly double: boolean;
  /** The text ends within this mark. */
  readonly unfinished: boolean;
  /** What was repaired. Empty for an exact mark. */
  readonly repairs: readonly Repair[];
}

const longestMark = 64;
// The pattern is tried at each "<" and sees at most `longestMark` characters, so a scan is linear.
const shape = /(<{1,2})(\s{0,4})(\/{0,2}|\\)(\s{0,4})(\p{L}[\p{L}\p{N}\s_:.-]{0,40})(\/?)(>{1,2})/uy;
/** A mark in which the text ends, such as `<</Ro`. */
const unfinished = /(?:<<|<\/)\/{0,2}\s{0,4}[\p{L}\s]{0,20}$/uy;
const none: readonly Repair[] = [];

/** What the marks of a tag set are found by. */
interface Marks {
  /** Marks that need no repair. Most are of this kind, and are found faster than by the pattern. */
  readonly exact: ReadonlyMap<string, { readonly tag: Tag; readonly closing: boolean }>;
  readonly longestExact: number;
  /** The tags by their names in lower case. */
  readonly known: ReadonlyMap<string, Tag>;
}

const marksOf = perTagSet(({ names }): Marks => {
  const exact = new Map(
    names.flatMap((tag) => [
      [`<<${tag}>>`, { tag, closing: false }],
      [`<</${tag}>>`, { tag, closing: true }],
    ]),
  );
  return {
    exact,
    longestExact: Math.max(...Array.from(exact.keys(), (mark) => mark.length)),
    known: new Map(names.map((tag) => [tag.toLowerCase(), tag])),
  };
});

/**
 * All marks of a text, in order. A mark of single brackets counts only if it names a tag of the
 * set. The time is linear in the length of the text.
 */
export function findMarks(text: string, tags: TagSet): Mark[] {
  const set = marksOf(tags);
  const marks: Mark[] = [];
  let from = text.indexOf("<");
  while (from !== -1) {
    // In "<<<Role>>" the mark begins at the last pair of brackets.
    while (text.startsWith("<<<", from)) from++;
    const mark = markAt(text, from, set);
    if (mark) marks.push(mark);
    from = text.indexOf("<", mark ? mark.end : from + 1);
  }
  return marks;
}

function markAt(text: string, start: number, set: Marks): Mark | undefined {
  const near = text.slice(start, start + set.longestExact);
  const end = near.indexOf(">>") + 2;
  const whole = set.exact.get(near.slice(0, end));
  if (whole) return { start, end: start + end, closing: whole.closing, tag: whole.tag, double: true, unfinished: false, repairs: none };
  return inexactMarkAt(text, start, set);
}

function inexactMarkAt(text: string, start: number, { known }: Marks): Mark | undefined {
  shape.lastIndex = 0;
  const match = shape.exec(text.slice(start, start + longestMark));
  if (!match) return unfinishedAt(text, start);
  const [whole, open = "", spaceA = "", slash = "", spaceB = "", rawName = "", endSlash = "", close = ""] = match;
  const read = readName(rawName, known);
  const double = open.length === 2 && close.length === 2;
  // `<<\Role>>` and `<<Role/>>` may be an opening or a closing mark, so they are not repaired.
  const { tag, repairs } = slash === "\\" || (endSlash !== "" && double) ? { tag: undefined, repairs: new Set<Repair>() } : read;
  if (!double && (tag === undefined || endSlash !== "")) return undefined;
  if (spaceA + spaceB !== "") repairs.add("stray-space");
  if (!double) repairs.add("brackets");
  if (slash.length === 2) repairs.add("double-slash");
  return { start, end: start + whole.length, closing: slash !== "", tag, double, unfinished: false, repairs: [...repairs] };
}

function unfinishedAt(text: string, start: number): Mark | undefined {
  if (start < text.length - longestMark) return undefined;
  unfinished.lastIndex = start;
  const match = unfinished.exec(text);
  return match ? { start, end: text.length, closing: true, tag: undefined, double: true, unfinished: true, repairs: [] } : undefined;
}

function readName(rawName: string, known: Marks["known"]): { tag: Tag | undefined; repairs: Set<Repair> } {
  const repairs = new Set<Repair>();
  const name = rawName.trim();
  if (name !== rawName) repairs.add("stray-space");
  const lower = name.toLowerCase();
  const tag = known.get(lower) ?? known.get(lower.replace(/s$/, ""));
  if (tag === undefined) return { tag, repairs };
  if (!known.has(lower)) repairs.add("plural");
  if (name.slice(0, tag.length) !== tag || (name.length > tag.length && !name.endsWith("s"))) repairs.add("case");
  return { tag, repairs };
}
