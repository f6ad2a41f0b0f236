import type { Columns } from "../formats/format.ts";

const plainNames = new Map<string, string>();
/** Files have few column names. A file whose rows all have other names must not fill the memory. */
const mostNames = 10_000;

/** A column's name in lower case, of letters and digits alone. `Answer_Key` is `answerkey`. */
export function plainName(name: string): string {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const plain = name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
  if (plainNames.size < mostNames) plainNames.set(name, plain);
  return plain;
}

/**
 * The column that is first among the names and has a value other than null. A column of exactly
 * that name goes before one that is spelt another way, such as `Question` for `question`.
 */
export function findColumn(row: Columns, names: readonly string[]): string | undefined {
  let others: Map<string, string> | undefined;
  for (const name of names) {
    if (row[name] != null) return name;
    others ??= otherSpellings(row);
    const other = others.get(plainName(name));
    if (other !== undefined) return other;
  }
  return undefined;
}

function otherSpellings(row: Columns): Map<string, string> {
  const found = new Map<string, string>();
  for (const name in row) if (row[name] != null && !found.has(plainName(name))) found.set(plainName(name), name);
  return found;
}

/** How deep values are looked into. Rows that are nested deeper are refused elsewhere. */
const mostNested = 50;

/** Whether a value is null, blank text, or a list or object of nothing else. */
export function isBlank(value: unknown, depth = 0): boolean {
  if (value == null) return true;
  if (typeof value === "string") return value.trim() === "";
  return typeof value === "object" && depth < mostNested && Object.values(value).every((inner) => isBlank(inner, depth + 1));
}

/** The texts in a value, one after another. */
export function textsOf(value: unknown, depth = 0): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || depth > mostNested) return [];
  return Object.values(value).flatMap((inner) => textsOf(inner, depth + 1));
}
