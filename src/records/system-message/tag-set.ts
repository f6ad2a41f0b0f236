import { tags, type Tag } from "./phrase.ts";

/** A functionality of the user's own. */
export interface OwnTag {
  readonly name: Tag;
  /** What it is for, as prompts explain it. */
  readonly meaning: string;
  /** A phrase that has it, which the judge is shown. */
  readonly example?: string | undefined;
}

/**
 * The functionalities that the phrases of a run may serve. The paper's eight, but for those that
 * are left out, and those of the user's own. Made by `tagSet` alone, so that what is derived of a
 * set is made once.
 */
export interface TagSet {
  /** In canonical order. */
  readonly names: readonly Tag[];
  readonly own: readonly OwnTag[];
}

/** The eight functionalities of the paper. */
export const standardTags: TagSet = { names: tags, own: [] };

const known = new Map<string, TagSet>([[JSON.stringify(standardTags), standardTags]]);

/** The set of these functionalities. Equal sets are the same object. */
export function tagSet({ names, own }: TagSet): TagSet {
  const set = { names, own: own.map(({ name, meaning, example }) => ({ name, meaning, example })) };
  const key = JSON.stringify(set);
  const kept = known.get(key) ?? set;
  known.set(key, kept);
  return kept;
}

/** What is made of a set, once for each set and when it is first asked for. */
export function perTagSet<T>(make: (tags: TagSet) => T): (tags: TagSet) => T {
  const made = new WeakMap<TagSet, { readonly value: T }>();
  return (tags) => {
    const kept = made.get(tags);
    if (kept !== undefined) return kept.value;
    const value = make(tags);
    made.set(tags, { value });
    return value;
  };
}

/** The functionality that the user gave this name. */
export function ownTag({ own }: TagSet, name: Tag): OwnTag | undefined {
  return own.find((tag) => tag.name === name);
}

/** The set's number of functionalities in a sentence, such as `eight`. */
export function tagCount({ names }: TagSet): string {
  return countWords[names.length - 1] ?? String(names.length);
}

const countWords = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"] as const;

/** This functionality where the set has it, else the set's first one. For forms that show one. */
export function shownTag({ names }: TagSet, wanted: Tag): Tag {
  return names.includes(wanted) ? wanted : (names[0] ?? wanted);
}
