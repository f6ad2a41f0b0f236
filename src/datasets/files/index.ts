import { UsageError } from "../../errors.ts";
import { csv, tsv } from "./csv.ts";
import { compressedEndings, withoutCompression } from "./decompress.ts";
import type { FileType } from "./file-type.ts";
import { json } from "./json.ts";
import { jsonl } from "./jsonl.ts";
import { parquet } from "./parquet.ts";

/** The table of file types. To add a type, add a file to this folder and an entry here. */
export const fileTypes: readonly FileType[] = [jsonl, json, parquet, csv, tsv];

/** The type that a file's name ending tells. Undefined for an unknown ending. */
export function fileTypeOfName(name: string): FileType | undefined {
  const bare = withoutCompression(name).toLowerCase();
  return fileTypes.find((type) => type.endings.some((ending) => bare.endsWith(ending)));
}

/**
 * The file type of that name, such as `csv`.
 * @throws UsageError when there is none.
 */
export function fileTypeByName(name: string): FileType {
  const type = fileTypes.find((candidate) => candidate.name === name);
  if (type) return type;
  throw new UsageError(`Unknown file type "${name}". Expected one of: ${fileTypes.map((candidate) => candidate.name).join(", ")}.`);
}

/** The name endings of all file types, as text for messages. */
export function endings(): string {
  return `${fileTypes.flatMap((type) => type.endings).join(", ")} (also ${compressedEndings.join(", ")})`;
}
