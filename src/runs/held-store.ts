import { existsSync } from "node:fs";
import { UsageError } from "../errors.ts";
import { tryLock } from "../platform/file-lock.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { runFiles } from "./run-files.ts";
import { Store } from "./store.ts";

/** A run directory, held by this process alone to add calls to its journal: its rows and its configuration stay as they are. */
export interface HeldStore extends AsyncDisposable {
  readonly manifest: Manifest;
  readonly store: Store;
}

/** @throws UsageError when the folder holds no run, or another process is at work in it. */
export async function holdStore(folder: string): Promise<HeldStore> {
  const files = runFiles(folder);
  const read = async (): Promise<Manifest> => {
    const manifest = await readManifest(files.manifest);
    if (manifest === undefined || !existsSync(files.index))
      throw new UsageError(`No run in ${folder}: expected run.json and index.sqlite there. Give a run directory, such as runs/mine.`);
    return manifest;
  };
  // A folder that is no run gets no lock file.
  await read();
  const lock = tryLock(files.lock);
  if (lock === undefined) throw new UsageError(`Another sysgen process is at work in ${folder}. Wait for it to end.`);
  try {
    const manifest = await read();
    const store = new Store(files);
    return {
      manifest,
      store,
      async [Symbol.asyncDispose]() {
        try {
          await store.settled().catch(() => undefined);
          store.close();
        } finally {
          lock[Symbol.dispose]();
        }
      },
    };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}
