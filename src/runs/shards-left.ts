import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { isLocked } from "../platform/file-lock.ts";
import { readManifestIfWhole, type Merged } from "./manifest.ts";
import { runFiles, type RunFiles } from "./run-files.ts";

/** What the shards of a planned run may still do, by what their folders say. */
export interface ShardsLeft {
  /** How many shards have a folder. The draw is one of them. */
  readonly begun: number;
  /** Names of the folders of shards in which a process is at work. */
  readonly atWork: readonly string[];
  /** Names of the folders of shards that have not come to their end. */
  readonly unfinished: readonly string[];
  /** Bytes of all their journals. */
  readonly journalBytes: number;
}

/**
 * Looks into the folders of all shards of a run.
 * @param out The directory of the whole.
 */
export async function shardsLeft(out: string): Promise<ShardsLeft> {
  const atWork: string[] = [];
  const unfinished: string[] = [];
  let begun = 0;
  let journalBytes = 0;
  for (const [name, files] of foldersOf(out)) {
    begun++;
    if (isLocked(files.lock)) atWork.push(name);
    const manifest = await readManifestIfWhole(files.manifest);
    if (manifest?.state !== "finished") unfinished.push(name);
    journalBytes += bytesOf(files.journal);
  }
  return { begun, atWork, unfinished, journalBytes };
}

/** Whether a merge took over all that its shards will pay for, if none of them is run again. */
export function isAllMerged({ unfinished, journalBytes }: Merged, left: ShardsLeft): boolean {
  return unfinished === 0 && left.unfinished.length === 0 && left.journalBytes <= journalBytes;
}

function foldersOf(out: string): (readonly [name: string, files: RunFiles])[] {
  const folder = dirname(runFiles(out).plan);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const isShard = entry.isDirectory() && (entry.name === "draw" || /^\d+$/.test(entry.name));
    return isShard ? [[entry.name, runFiles(join(folder, entry.name))] as const] : [];
  });
}

/** The size of a file. 0 where there is none. */
export function bytesOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}
