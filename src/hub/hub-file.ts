import { copyFile, mkdir, rename, rm, stat, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { UsageError, messageOf } from "../errors.ts";
import { waitForLock } from "../platform/wait-for-lock.ts";
import { pathInside } from "./cache-folder.ts";
import { digestOfId } from "./digest.ts";
import { download, type Progress } from "./download.ts";
import type { Environment } from "../platform/environment.ts";
import { pageOf, type HubAddress } from "./refusal.ts";

/** A file of a dataset or a model on the hub. */
export interface HubFile {
  readonly path: string;
  readonly bytes: number;
  /**
   * Fetches the file into the cache, verifies it, and returns its path on disk. Only the first call
   * does work. A file that the cache holds costs no request.
   * @throws UsageError when the hub refuses, or the cache lacks the file and the hub may not be
   * asked.
   * @throws DownloadError when the content is not the expected file.
   */
  fetch(): Promise<string>;
}

export interface FileProgress extends Progress {
  readonly path: string;
}

/** Where the files of one commit come from and are stored. */
export interface Snapshot {
  readonly env: Environment;
  readonly about: HubAddress;
  readonly commit: string;
  /** The repository's folder in the cache. */
  readonly folder: string;
  /** True when the hub may not be asked. */
  readonly offline: boolean;
  readonly token: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onNotice?: ((text: string) => void) | undefined;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
}

/**
 * A file that is fetched on demand.
 * @throws SysGenError when the file's path leads out of the cache.
 */
export function hubFile(file: { path: string; bytes: number; id?: string }, snapshot: Snapshot): HubFile {
  const { path, bytes } = file;
  const pointer = pointerOf(snapshot, path);
  let fetched: Promise<string> | undefined;
  return {
    path,
    bytes,
    fetch() {
      fetched ??= fetchToCache({ ...file, pointer }, snapshot).catch((error: unknown) => {
        fetched = undefined;
        throw error;
      });
      return fetched;
    },
  };
}

/** True when the cache holds the whole file. */
export async function isCached(file: { path: string; bytes: number }, snapshot: Snapshot): Promise<boolean> {
  return (await sizeOf(pointerOf(snapshot, file.path))) === file.bytes;
}

/** The path in the snapshot folder, which links to the blob. */
function pointerOf({ folder, commit }: Snapshot, path: string): string {
  return pathInside(join(folder, "snapshots", commit), path);
}

/** Fetches the file unless the cache holds it, and returns its path in the snapshot folder. */
async function fetchToCache(file: { path: string; bytes: number; id?: string; pointer: string }, snapshot: Snapshot): Promise<string> {
  const { path, bytes, id, pointer } = file;
  if ((await sizeOf(pointer)) === bytes) return pointer;
  if (snapshot.offline || id === undefined)
    throw new UsageError(
      `${path} of the ${snapshot.about.kind === "dataset" ? "data set" : "model"} ${snapshot.about.repo} is not in the cache (${snapshot.folder}), and the hub is not asked. Run once with network, without HF_HUB_OFFLINE and SYSGEN_OFFLINE.`,
    );
  const { env, about, commit, token, signal, onProgress } = snapshot;
  const blob = join(snapshot.folder, "blobs", id);
  try {
    await Promise.all([mkdir(dirname(blob), { recursive: true }), mkdir(dirname(pointer), { recursive: true })]);
  } catch (error) {
    throw new UsageError(`Cannot write to the cache folder: ${messageOf(error)}. Name another with HF_HUB_CACHE.`, { cause: error });
  }
  using _lock = await lockBlob(`${path} of ${about.repo}`, blob, snapshot);
  if ((await sizeOf(blob)) !== bytes) {
    await rm(blob, { force: true });
    await download({
      url: `${pageOf(about)}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`,
      to: blob,
      env,
      bytes,
      digest: digestOfId(id),
      token,
      about: { ...about, path },
      signal,
      onProgress: onProgress && ((progress) => onProgress({ ...progress, path })),
    });
  }
  await linkToBlob(pointer, blob);
  return pointer;
}

/**
 * Waits until no other process fetches the blob. The lock file is this program's own. Python's lock
 * for the same blob is another file beside it.
 */
async function lockBlob(what: string, blob: string, { folder, signal, onNotice }: Snapshot): Promise<Disposable> {
  const locks = join(dirname(folder), ".locks", folder.slice(dirname(folder).length + 1));
  await mkdir(locks, { recursive: true });
  return waitForLock(join(locks, `${relative(dirname(blob), blob)}.sysgen.lock`), {
    signal,
    onWait: () => onNotice?.(`Another process is fetching ${what}; waiting for it.`),
  });
}

/**
 * Gives a blob its name in the snapshot folder. Makes a relative link, as Python does, or a copy
 * when links cannot be made.
 */
async function linkToBlob(pointer: string, blob: string): Promise<void> {
  const draft = `${pointer}.${process.pid}.draft`;
  await rm(draft, { force: true });
  await symlink(relative(dirname(pointer), blob), draft).catch(() => copyFile(blob, draft));
  await rename(draft, pointer);
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (info) => (info.isFile() ? info.size : undefined),
    () => undefined,
  );
}
