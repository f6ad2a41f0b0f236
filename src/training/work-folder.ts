import { existsSync } from "node:fs";
import { lstat, mkdir, readFile, readdir, rename, rm, rmdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { UsageError, messageOf } from "../errors.ts";
import { isCode } from "../platform/disk-errors.ts";
import { tryLock } from "../platform/file-lock.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { readTrainRecord, trainRecordName, workFolder, type TrainRecord } from "./train-record.ts";
import { differences, type TrainingIdentity } from "./training-identity.ts";

/**
 * The record of the same training, if it is done.
 * @throws UsageError when the folder holds something else, or cannot become the model's.
 */
export async function finishedTraining(out: string, known: TrainingIdentity): Promise<TrainRecord | undefined> {
  const files = await filesIn(out);
  if (files.length === 0) return undefined;
  if (!files.includes(trainRecordName)) throw new UsageError(`${out} holds files that no training made. Give --out a new folder.`);
  const record = await readTrainRecord(out);
  if (record === undefined) return undefined;
  refuseOther(out, record.options, known);
  return record;
}

/** Names in the folder of a model, which may not be there yet. */
async function filesIn(out: string): Promise<readonly string[]> {
  const path = resolve(out);
  try {
    const found = await lstat(path).catch((error: unknown) => {
      if (isCode(error, "ENOENT")) return undefined;
      throw error;
    });
    if (found === undefined) return [];
    const files = await readdir(path);
    if (files.length > 0 || found.isDirectory()) return files;
  } catch (error) {
    throw new UsageError(`--out ${out} cannot be the model's folder: ${messageOf(error)}. Give --out a new folder.`);
  }
  throw new UsageError(`--out ${out} is a link to an empty folder. Give --out that folder, or a new one.`);
}

/**
 * Gives the finished model its name, in the place of an empty folder.
 * @throws UsageError when files have come there since the training was begun. The model stays.
 */
export async function giveName(model: string, out: string): Promise<void> {
  try {
    await rmdir(out);
  } catch (error) {
    if (!isCode(error, "ENOENT"))
      throw new UsageError(
        `The model is whole, and ${out} has been taken since its training was begun: ${messageOf(error)}. Move what is there away and run the same command again, or take the model from ${model}.`,
      );
  }
  await rename(model, out);
}

/** The folder in which a training works, held against other processes. */
export interface HeldFolder extends Disposable {
  readonly path: string;
  /** When the training was begun. */
  readonly startedAt: string;
}

const startedSchema = z.object({ options: z.record(z.string(), z.unknown()), startedAt: z.string() });

/**
 * Takes the work folder of a training, or makes it. One without a checkpoint of another training is
 * cleared.
 * @throws UsageError when another process or the checkpoints of another training are there.
 */
export async function holdWorkFolder(out: string, known: TrainingIdentity): Promise<HeldFolder> {
  const path = resolve(workFolder(out));
  await mkdir(path, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`Cannot make the folder ${path}: ${messageOf(error)}. Choose another --out.`);
  });
  const lock = tryLock(join(path, ".lock"));
  if (lock === undefined) throw new UsageError(`Another process trains in ${path}. Wait for it to end.`);
  try {
    const started = await readStarted(path);
    if (started !== undefined && differences(started.options, known).length === 0)
      return { path, startedAt: started.startedAt, [Symbol.dispose]: () => lock[Symbol.dispose]() };
    if (started !== undefined && (await hasWork(path))) refuseOther(path, started.options, known);
    for (const file of await readdir(path)) if (!file.startsWith(".lock")) await rm(join(path, file), { recursive: true });
    const startedAt = new Date().toISOString();
    await writeAtomically(join(path, "started.json"), [JSON.stringify({ options: known, startedAt })]);
    return { path, startedAt, [Symbol.dispose]: () => lock[Symbol.dispose]() };
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** Removes the work folder of a model that has its name, which a process that was killed left. */
export async function removeLeftover(out: string): Promise<void> {
  const path = workFolder(out);
  if (!existsSync(path)) return;
  using lock = tryLock(join(path, ".lock"));
  if (lock !== undefined) await rm(path, { recursive: true, force: true });
}

async function readStarted(path: string): Promise<z.infer<typeof startedSchema> | undefined> {
  const text = await readFile(join(path, "started.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return startedSchema.parse(JSON.parse(text));
  } catch {
    // The process was killed while it wrote the first file of the folder.
    return undefined;
  }
}

async function hasWork(path: string): Promise<boolean> {
  const checkpoints = await readdir(join(path, "checkpoints")).catch(() => []);
  return checkpoints.length > 0 || existsSync(join(path, "done.json"));
}

function refuseOther(folder: string, before: TrainingIdentity, now: TrainingIdentity): void {
  const changes = differences(before, now);
  if (changes.length === 0) return;
  throw new UsageError(
    `${folder} holds another training: ${changes.join("; ")}. Give the same options and inputs to go on with it, another --out, or delete the folder.`,
  );
}
