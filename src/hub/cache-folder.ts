import { mkdir, readFile, readdir, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { SysGenError } from "../errors.ts";
import { hubCacheFolder, type Environment } from "../platform/environment.ts";
import type { HubAddress } from "./refusal.ts";

/** A file of a commit, as the hub lists it. `id` names its content: SHA-256 of a large file, git's blob id of a small one. */
export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  readonly id: string;
}

const commitPattern = /^[0-9a-f]{40}$/;
const listingSchema = z.object({
  files: z.array(z.object({ path: z.string(), bytes: z.number(), id: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/) })),
});

/** True for a full commit id, which never changes what it means. */
export function isCommit(revision: string): boolean {
  return commitPattern.test(revision);
}

/**
 * A repository's folder in the cache that Python's huggingface_hub shares: blobs/<id>, snapshots/<commit>/<path> and
 * refs/<revision>. `sysgen/<commit>.json` is ours: the commit's list of files, so that work without network knows all of them.
 */
export function repoFolder(env: Environment, repo: string, kind: HubAddress["kind"] = "dataset"): string {
  return join(hubCacheFolder(env), `${kind}s--${repo.replaceAll("/", "--")}`);
}

/** `path` of the hub below `folder`. @throws SysGenError when it would lie elsewhere. */
export function pathInside(folder: string, path: string): string {
  if (!isInsidePath(path))
    throw new SysGenError(`The hub lists the file "${path}", which would be written outside of the cache folder. It is not fetched.`);
  return join(folder, ...path.split("/"));
}

/** True for a relative path that stays below the folder it begins in. */
export function isInsidePath(path: string): boolean {
  // A backslash or a colon is part of a name on Unix only; elsewhere it would lead out.
  const leadsOut = /[\\\0]/.test(path) || /^[A-Za-z]:/.test(path);
  return !leadsOut && path.split("/").every((segment) => !["", ".", ".."].includes(segment));
}

/** The commit that a revision was when it was last listed; undefined when it never was. */
export async function cachedCommit(folder: string, revision: string): Promise<string | undefined> {
  if (isCommit(revision)) return revision;
  const text = await readFile(pathInside(join(folder, "refs"), revision), "utf8").catch(() => "");
  return isCommit(text.trim()) ? text.trim() : undefined;
}

/** Remembers what a revision is and which files it has. */
export async function rememberListing(folder: string, revision: string, commit: string, files: readonly ListedFile[]): Promise<void> {
  await writeWhole(listingPath(folder, commit), JSON.stringify({ files }));
  if (!isCommit(revision)) await writeWhole(pathInside(join(folder, "refs"), revision), commit);
  await mkdir(join(folder, "snapshots", commit), { recursive: true });
}

/** The complete list of files of a commit, if it was listed here before. */
export async function rememberedListing(folder: string, commit: string): Promise<readonly ListedFile[] | undefined> {
  const text = await readFile(listingPath(folder, commit), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return listingSchema.parse(JSON.parse(text)).files;
  } catch {
    return undefined;
  }
}

/** The files that another program left in a snapshot: maybe not all of the commit's. Undefined when there are none. */
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

/** Another process reads the old file or the new one, never half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, text);
  await rename(draft, path);
}
