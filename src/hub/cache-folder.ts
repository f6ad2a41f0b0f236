import { mkdir, readFile, readdir, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { SysGenError } from "../errors.ts";
import { hubCacheFolder, type Environment } from "../platform/environment.ts";
import type { HubAddress } from "./refusal.ts";

/**
 * A file of a commit, as the hub lists it. `id` is the digest of its content. It is the SHA-256 of
 * a large file (64 hex digits) and git's blob id of a small one (40 hex digits).
 */
export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  readonly id: string;
}

const commitPattern = /^[0-9a-f]{40}$/;
const listingSchema = z.object({
  files: z.array(z.object({ path: z.string(), bytes: z.number(), id: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/) })),
});

/** True for a full commit id of 40 hex digits, which always stands for the same files. */
export function isCommit(revision: string): boolean {
  return commitPattern.test(revision);
}

/**
 * A repository's folder in the cache that Python's huggingface_hub shares
 * (https://huggingface.co/docs/hub/local-cache). It holds `blobs/<id>`, `snapshots/<commit>/<path>`
 * and `refs/<revision>`. `sysgen/<commit>.json` is this program's own file. It lists all files of
 * the commit, for work without network.
 */
export function repoFolder(env: Environment, repo: string, kind: HubAddress["kind"] = "dataset"): string {
  return join(hubCacheFolder(env), `${kind}s--${repo.replaceAll("/", "--")}`);
}

/**
 * The hub's `path` below `folder`.
 * @throws SysGenError when the result would lie outside of `folder`.
 */
export function pathInside(folder: string, path: string): string {
  if (!isInsidePath(path))
    throw new SysGenError(`The hub lists the file "${path}", which would be written outside of the cache folder. It is not fetched.`);
  return join(folder, ...path.split("/"));
}

/** True for a relative path that stays below the folder where it begins. */
export function isInsidePath(path: string): boolean {
  // A backslash or a colon is an ordinary character only on Unix. On Windows it would lead out.
  const leadsOut = /[\\\0]/.test(path) || /^[A-Za-z]:/.test(path);
  return !leadsOut && path.split("/").every((segment) => !["", ".", ".."].includes(segment));
}

/** The commit that a revision was when it was last listed. Undefined when it never was. */
export async function cachedCommit(folder: string, revision: string): Promise<string | undefined> {
  if (isCommit(revision)) return revision;
  const text = await readFile(pathInside(join(folder, "refs"), revision), "utf8").catch(() => "");
  return isCommit(text.trim()) ? text.trim() : undefined;
}

/** Stores which commit a revision is and which files the commit has. */
export async function rememberListing(folder: string, revision: string, commit: string, files: readonly ListedFile[]): Promise<void> {
  await writeWhole(listingPath(folder, commit), JSON.stringify({ files }));
  if (!isCommit(revision)) await writeWhole(pathInside(join(folder, "refs"), revision), commit);
  await mkdir(join(folder, "snapshots", commit), { recursive: true });
}

/** The stored list of all files of a commit. Undefined when the commit was never listed here. */
export async function rememberedListing(folder: string, commit: string): Promise<readonly ListedFile[] | undefined> {
  const text = await readFile(listingPath(folder, commit), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return listingSchema.parse(JSON.parse(text)).files;
  } catch {
    return undefined;
  }
}

/**
 * The files in a commit's snapshot folder. Another program may have fetched only some of the
 * commit's files. Undefined when there are none.
 */
export async function snapshotFiles(folder: string, commit: string): Promise<readonly Omit<ListedFile, "id">[] | undefined> {
  const root = join(folder, "snapshots", commit);
  const names = await readdir(root, { recursive: true }).catch(() => []);
  const files: Omit<ListedFile, "id">[] = [];
  for (const name of names) {
    const info = await stat(join(root, name)).catch(() => undefined);
    if (info?.isFile() === true) files.push({ path: name.replaceAll("\\", "/"), bytes: info.size });
  }
  return files.length === 0 ? undefined : files;
}

function listingPath(folder: string, commit: string): string {
  return join(folder, "sysgen", `${commit}.json`);
}

/** Writes a file so that another process reads the old content or the new, never a part. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, text);
  await rename(draft, path);
}
