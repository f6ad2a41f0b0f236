import { hiddenParts } from "./file-pattern.ts";

/** Kinds of data files by their name endings. Of two equally frequent kinds the first is taken. */
const kinds: readonly (readonly string[])[] = [[".parquet"], [".jsonl", ".ndjson"], [".json"], [".csv"], [".tsv"]];
const compressions = [".gz", ".zst"];
/** Names of files that describe a dataset and hold no rows. */
const descriptions = new Set([
  "config.json",
  "dataset_info.json",
  "dataset_infos.json",
  "dataset_dict.json",
  "state.json",
  "metadata.json",
]);

/**
 * The words that name a split in a file name
 * (https://huggingface.co/docs/hub/datasets-file-names-and-splits).
 */
const splitWords: readonly (readonly [string, readonly string[]])[] = [
  ["train", ["train", "training"]],
  ["validation", ["validation", "valid", "val", "dev"]],
  ["test", ["test", "testing", "eval", "evaluation"]],
];

/** The endings of data files, as text for messages. */
export const dataFileEndings: string = kinds.flat().join(", ");

const order = new Intl.Collator("en", { numeric: true });

/** Sorts paths with numbers in numeric order, so that `part-2` comes before `part-10`. */
export function inNaturalOrder(paths: readonly string[]): string[] {
  return paths.toSorted((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
}

/** True when the name's ending is that of a data file and the name is not that of a description. */
export function isDataFile(path: string): boolean {
  return kindOf(path) !== -1;
}

/** The files of the most frequent kind, in natural order. A split never mixes kinds. */
export function ofOneKind(paths: readonly string[]): string[] {
  const counts = kinds.map((_, kind) => paths.filter((path) => kindOf(path) === kind).length);
  const kind = counts.indexOf(Math.max(...counts));
  return inNaturalOrder(paths.filter((path) => kindOf(path) === kind));
}

/**
 * Groups files into splits by the hub's conventions
 * (https://huggingface.co/docs/hub/datasets-file-names-and-splits). Files named
 * `data/<split>-00000-of-00003` decide alone when there are any. Otherwise the words for train,
 * validation and test decide, first in the names of folders, then of files. Files without such a
 * word are train when no file has a word for train. Hidden files are left out.
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

/** The split by the first folder whose name has a split's word, else by the file's name. */
function splitWordOf(path: string): string | undefined {
  const parts = path.split("/");
  return parts.slice(0, -1).map(wordIn).find(Boolean) ?? wordIn(parts.at(-1) ?? "");
}

/**
 * The split whose word is a part of the name. `gsm8k_train.jsonl` and `dev-0.csv` have one,
 * `trainer.json` has none.
 */
function wordIn(name: string): string | undefined {
  return splitWords.find(([, words]) => words.some((word) => new RegExp(`(?:^|[-._ 0-9])${word}(?:$|[-._ 0-9])`, "i").test(name)))?.[0];
}

/** Groups paths by split, in the order train, validation, test, others. */
function group(paths: readonly string[], splitOf: (path: string) => string | undefined): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const split = splitOf(path);
    if (split !== undefined) groups.set(split, [...(groups.get(split) ?? []), path]);
  }
  const rank = (split: string): number => splitWords.findIndex(([name]) => name === split) + 1 || splitWords.length + 1;
  return new Map([...groups].toSorted(([a], [b]) => rank(a) - rank(b) || order.compare(a, b)));
}

/** Index in `kinds`. It is -1 for a file that holds no rows. */
function kindOf(path: string): number {
  const name = (path.split("/").at(-1) ?? "").toLowerCase();
  if (descriptions.has(name)) return -1;
  const compression = compressions.find((ending) => name.endsWith(ending)) ?? "";
  const plain = name.slice(0, name.length - compression.length);
  return descriptions.has(plain) ? -1 : kinds.findIndex((endings) => endings.some((ending) => plain.endsWith(ending)));
}
