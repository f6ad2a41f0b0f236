import { hiddenParts } from "./file-pattern.ts";

/** Kinds of data files by their ending; of two that are equally frequent the one named first is taken. */
const kinds: readonly (readonly string[])[] = [[".parquet"], [".jsonl", ".ndjson"], [".json"], [".csv"], [".tsv"]];
const compressions = [".gz", ".zst"];
/** Files that describe a data set and hold no rows. */
const descriptions = new Set([
  "config.json",
  "dataset_info.json",
  "dataset_infos.json",
  "dataset_dict.json",
  "state.json",
  "metadata.json",
]);

const splitWords: readonly (readonly [string, readonly string[]])[] = [
  ["train", ["train", "training"]],
  ["validation", ["validation", "valid", "val", "dev"]],
  ["test", ["test", "testing", "eval", "evaluation"]],
];

export const dataFileEndings: string = kinds.flat().join(", ");

const order = new Intl.Collator("en", { numeric: true });

/** `part-2` before `part-10`. */
export function inNaturalOrder(paths: readonly string[]): string[] {
  return paths.toSorted((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
}

/** True for a file that can hold rows, by its ending. */
export function isDataFile(path: string): boolean {
  return kindOf(path) !== -1;
}

/** The files of the most frequent kind, in natural order: a split is never a mixture. */
export function ofOneKind(paths: readonly string[]): string[] {
  const counts = kinds.map((_, kind) => paths.filter((path) => kindOf(path) === kind).length);
  const kind = counts.indexOf(Math.max(...counts));
  return inNaturalOrder(paths.filter((path) => kindOf(path) === kind));
}

/**
 * Splits by the hub's conventions: `data/<split>-00000-of-00003` where there is such a file; else the words for train, validation
 * and test in the names of folders, then of files. Files without a word are train when no file has the word for it.
 */
export function splitsByName(paths: readonly string[]): Map<string, string[]> {
  const visible = paths.filter((path) => isDataFile(path) && hiddenParts(path) === 0);
  const sharded = group(visible, (path) => /(?:^|\/)data\/([\w.]+)-\d{5}-of-\d{5}[^/]*$/.exec(path)?.[1]);
  if (sharded.size > 0) return sharded;
  const named = group(visible, splitWordOf);
  if (!named.has("train")) {
    const rest = visible.filter((path) => splitWordOf(path) === undefined);
    if (rest.length > 0) return new Map([["train", rest], ...named]);
  }
  return named;
}

function splitWordOf(path: string): string | undefined {
  const parts = path.split("/");
  return parts.slice(0, -1).map(wordIn).find(Boolean) ?? wordIn(parts.at(-1) ?? "");
}

/** The split that a name has as one of its parts: `gsm8k_train.jsonl`, `dev-0.csv`; not `trainer.json`. */
function wordIn(name: string): string | undefined {
  return splitWords.find(([, words]) => words.some((word) => new RegExp(`(?:^|[-._ 0-9])${word}(?:$|[-._ 0-9])`, "i").test(name)))?.[0];
}

/** Groups in the order train, validation, test, others. */
function group(paths: readonly string[], splitOf: (path: string) => string | undefined): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const split = splitOf(path);
    if (split !== undefined) groups.set(split, [...(groups.get(split) ?? []), path]);
  }
  const rank = (split: string): number => splitWords.findIndex(([name]) => name === split) + 1 || splitWords.length + 1;
  return new Map([...groups].toSorted(([a], [b]) => rank(a) - rank(b) || order.compare(a, b)));
}

/** Index in `kinds`; -1 for a file that holds no rows. */
function kindOf(path: string): number {
  const name = (path.split("/").at(-1) ?? "").toLowerCase();
  if (descriptions.has(name)) return -1;
  const compression = compressions.find((ending) => name.endsWith(ending)) ?? "";
  const plain = name.slice(0, name.length - compression.length);
  return descriptions.has(plain) ? -1 : kinds.findIndex((endings) => endings.some((ending) => plain.endsWith(ending)));
}
