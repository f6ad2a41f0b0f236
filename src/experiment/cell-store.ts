import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { RunInUse, SysGenError, UsageError, messageOf } from "../errors.ts";
import { isLocked, tryLock } from "../platform/file-lock.ts";
import { readIfThere } from "../platform/read-if-there.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { cellFile, itemScores, type CellFile, type ItemScores } from "./cell-file.ts";

/**
 * What is known of the cells of an experiment, on disk. A cell's file is named by its identity, so
 * a cell whose inputs changed is another one, and the results of the old one stay. Each file is
 * written whole or not at all.
 */
export class CellStore {
  readonly #folder: string;

  constructor(out: string) {
    this.#folder = join(out, "cells");
  }

  /** @throws SysGenError when the cell's file is not one of this program's version. */
  async read(hash: string): Promise<CellFile | undefined> {
    const path = this.#path(hash);
    const text = await readIfThere(path);
    if (text === undefined) return undefined;
    const found = cellFile.safeParse(parsed(text));
    if (found.success) return found.data;
    const [issue] = found.error.issues;
    throw new SysGenError(
      `${path} does not read as this version of sysgen writes it (${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}). Move it away, and its cell is made anew.`,
    );
  }

  async write(hash: string, file: CellFile): Promise<void> {
    await writeAtomically(this.#path(hash), [`${JSON.stringify(file)}\n`]);
  }

  /** The scores of a cell's items. Empty where there are none. */
  async items(hash: string): Promise<ItemScores[]> {
    return await readItems(this.#itemsPath(hash));
  }

  /** Keeps the scores of items. To be called before the cell's file says that it is done. */
  async writeItems(hash: string, items: readonly ItemScores[]): Promise<void> {
    await writeAtomically(
      this.#itemsPath(hash),
      items.map(({ id, group, scores }) => `${JSON.stringify({ id, group, scores })}\n`),
    );
  }

  #path(hash: string): string {
    return join(this.#folder, `${hash}.json`);
  }

  #itemsPath(hash: string): string {
    return join(this.#folder, `${hash}.items.jsonl`);
  }
}

/**
 * Opens an experiment's folder for work, until it is disposed.
 * @throws RunInUse when another process is at work there.
 * @throws UsageError when the folder cannot be made.
 */
export async function claimExperiment(out: string): Promise<Disposable> {
  await mkdir(join(out, "cells"), { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`Cannot make the folder ${out} (${messageOf(error)}). Choose another with the key "out".`);
  });
  const lock = tryLock(lockOf(out));
  if (lock === undefined) throw new RunInUse(`Another process is at work on the experiment in ${out}. Wait for it, or stop it.`);
  return lock;
}

/** Whether another process is at work on an experiment. */
export function isClaimed(out: string): boolean {
  return isLocked(lockOf(out));
}

function lockOf(out: string): string {
  return join(out, ".lock");
}

/** Lines of items. A last line that was cut off is left out. */
export async function readItems(path: string): Promise<ItemScores[]> {
  const lines = ((await readIfThere(path)) ?? "").split("\n").filter((line) => line !== "");
  return lines.flatMap((line) => {
    const { data } = itemScores.safeParse(parsed(line));
    return data === undefined ? [] : [data];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
