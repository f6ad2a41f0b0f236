import { UsageError } from "../../errors.ts";
import { csv, tsv } from "./csv.ts";
import { compressedEndings, withoutCompression } from "./decompress.ts";
import type { FileType } from "./file-type.ts";
import { json } from "./json.ts";
import { jsonl } from "./jsonl.ts";
import { parquet } from "./parquet.ts";

/** The table of file types. A new one is a file beside this and a line here. */
export const fileTypes: readonly FileType[] = [jsonl, json, parquet, csv, tsv];

/** The type that a file's name tells; undefined when it tells none. */
export function fileTypeOfName(name: string): FileType | undefined {
  const bare = withoutCompression(name).toLowerCase();
  return fileTypes.find((type) => type.endings.some((ending) => bare.endsWith(ending)));
}

/** @throws UsageError when no file type has that name. */
export function fileTypeByName(name: string): FileType {
  const type = fileTypes.find((candidate) => candidate.name === name);
  if (type) return type;
  throw new UsageError(`Unknown file type "${name}". Expected one of: ${fileTypes.map((candidate) => candidate.name).join(", ")}.`);
}

/** The endings of all file types, for messages. */
export function endings(): string {
  return `${fileTypes.flatMap((type) => type.endings).join(", ")} (also ${compressedEndings.join(", ")})`;
}
