import { existsSync } from "node:fs";
import { SysGenError, UsageError, messageOf } from "../errors.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { runFiles } from "./run-files.ts";
import { Store } from "./store.ts";

/** A run directory, opened to look at it beside the process that may be at work in it. */
export interface OpenedStore {
  readonly manifest: Manifest;
  /** To be closed by whoever opened it. */
  readonly store: Store;
}

/** @throws UsageError when the folder holds no run. */
export async function openStore(folder: string): Promise<OpenedStore> {
  const files = runFiles(folder);
  const manifest = await readManifest(files.manifest);
  if (manifest === undefined || !existsSync(files.index))
    throw new UsageError(`No run in ${folder}: expected run.json and index.sqlite there. Give a run directory, such as runs/mine.`);
  try {
    return { manifest, store: new Store(files, { readOnly: true }) };
  } catch (error) {
    if (error instanceof SysGenError) throw error;
    // Reading beside a writer needs a file that the processes share.
    throw new SysGenError(`Cannot read ${files.index} (${messageOf(error)}). Is the folder writable, and is there room on the disk?`, {
      cause: error,
    });
  }
}
