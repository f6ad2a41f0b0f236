import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";

/**
 * The digest that a file's content must have, in hex. The hub gives `sha256` of the content for
 * large files (the LFS object id) and `git-sha1` for small ones. The latter is git's blob id, the
 * SHA-1 of `blob <size>`, a zero byte and the content.
 */
export interface Digest {
  readonly algorithm: "sha256" | "git-sha1";
  readonly hex: string;
}

/** The digest of a file on disk, in hex. The file is read as a stream. */
export async function digestOfFile(path: string, algorithm: Digest["algorithm"], signal?: AbortSignal): Promise<string> {
  const hash = createHash(algorithm === "sha256" ? "sha256" : "sha1");
  if (algorithm === "git-sha1") hash.update(`blob ${(await stat(path)).size}\0`);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest("hex");
}

/**
 * The digest that an id of the hub stands for. 64 hex digits are SHA-256 and 40 are git's blob id.
 * Undefined for anything else.
 */
export function digestOfId(id: string): Digest | undefined {
  if (/^[0-9a-f]{64}$/.test(id)) return { algorithm: "sha256", hex: id };
  return /^[0-9a-f]{40}$/.test(id) ? { algorithm: "git-sha1", hex: id } : undefined;
}
