import { existsSync } from "node:fs";
import { access, constants, mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { RunInUse, UsageError, messageOf } from "../errors.ts";
import type { ModelReply } from "../models/model.ts";
import { uncalibrated, type Calibration } from "../phases/calibration.ts";
import { closeOnFailure } from "../platform/close-on-failure.ts";
import { explainReadError } from "../platform/disk-errors.ts";
import { tryLock } from "../platform/file-lock.ts";
import { CallJournal } from "./journal/journal.ts";
import type { MeanCalls } from "./journal/paid-totals.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { Owner } from "./owner.ts";
import { runFiles, type RunFiles } from "./run-files.ts";
import { Store } from "./store.ts";

/**
 * What an opener of a run directory may do in it.
 * - `read`: look at it, beside the process that may be at work in it.
 * - `add-calls`: add calls to its journal. Its rows and its configuration stay as they are.
 * - `own`: write everything. The directory is made where there is none.
 *
 * `add-calls` and `own` hold the directory's lock, so one process at most has either of them.
 */
export type Right = "read" | "add-calls" | "own";

/** A run directory that is open. */
export interface OpenedRun<Known extends Manifest | undefined = Manifest> extends AsyncDisposable {
  readonly folder: string;
  readonly manifest: Known;
  readonly store: Store;
  /**
   * To be called before a file of the directory is written that is not the store's.
   * @throws SysGenError when another process began to work in the directory.
   */
  readonly mayWrite: () => void;
  close(): Promise<void>;
}

/**
 * Looks at the manifest while the lock is held and before any file is made. What it throws ends the
 * opening.
 */
export type Check = (before: Manifest | undefined) => void | Promise<void>;

/** Locks a path for this process, as `tryLock` does. */
export type TakeLock = (path: string) => Disposable | undefined;

/** How an opener gets the lock. */
export interface Locking {
  /**
   * Another lock than the file system's. It may do nothing, because writers look at the owner's
   * record as well.
   */
  readonly takeLock?: TakeLock | undefined;
  /** How long a lock that another process holds is waited for, in milliseconds. Default 0. */
  readonly waitMs?: number | undefined;
  /** Ends the waiting. Its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Time between two looks at a lock that is waited for, in milliseconds. */
const lookEveryMs = 250;

/**
 * Opens a run directory.
 * @throws UsageError when the folder holds no run (`read`, `add-calls`), and when it cannot be made
 * (`own`).
 * @throws RunInUse when another process is at work in it (`add-calls`, `own`).
 * @throws SysGenError when a file of the run is damaged or cannot be read.
 */
export async function openRun(folder: string, right: "read" | "add-calls"): Promise<OpenedRun>;
export async function openRun(folder: string, right: Right, check: Check, locking?: Locking): Promise<OpenedRun<Manifest | undefined>>;
export async function openRun(
  folder: string,
  right: Right,
  check: Check = () => {},
  { takeLock = tryLock, waitMs = 0, signal }: Locking = {},
): Promise<OpenedRun<Manifest | undefined>> {
  if (right === "own") await makeFolder(folder);
  // Looked for before the lock is taken: a folder that is no run gets no lock file.
  const found = right === "own" ? undefined : await findRun(folder);
  if (right === "read") return opened(folder, found?.manifest, readStore(runFiles(folder)));
  const files = runFiles(folder);
  const until = performance.now() + waitMs;
  let lock = takeLock(files.lock);
  while (lock === undefined && performance.now() < until) {
    await setTimeout(lookEveryMs, undefined, { signal });
    lock = takeLock(files.lock);
  }
  if (lock === undefined) throw inUse(folder, right);
  let owner: Owner | undefined;
  const release = (): void => {
    owner?.[Symbol.dispose]();
    lock[Symbol.dispose]();
  };
  return closeOnFailure({ close: async () => release() }, async () => {
    owner = await Owner.claim(folder, files.owner);
    const manifest = right === "own" ? await readManifest(files.manifest) : (await findRun(folder)).manifest;
    await check(manifest);
    return opened(folder, manifest, new Store(files, { owner }), { mayWrite: owner.mustOwn, release });
  });
}

function readStore(files: RunFiles): Store {
  try {
    return new Store(files, { readOnly: true });
  } catch (error) {
    throw explainReadError(files.index, error);
  }
}

/** What a process that writes holds until it closes the run directory. */
interface Holding {
  readonly mayWrite: () => void;
  readonly release: () => void;
}

/** @param holding Given when the store is open for writing. */
function opened<Known extends Manifest | undefined>(folder: string, manifest: Known, store: Store, holding?: Holding): OpenedRun<Known> {
  const close = async (): Promise<void> => {
    try {
      if (holding !== undefined) await store.settled().catch(() => undefined);
      store.close();
    } finally {
      holding?.release();
    }
  };
  return { folder, manifest, store, mayWrite: holding?.mayWrite ?? (() => {}), close, [Symbol.asyncDispose]: close };
}

/** A run directory that is there, with nothing in it open. */
export interface FoundRun {
  readonly files: RunFiles;
  readonly manifest: Manifest;
}

const nameRun = "Give a run directory, such as runs/mine.";

/** @throws UsageError when the folder holds no run. */
export async function findRun(folder: string): Promise<FoundRun> {
  const files = runFiles(folder);
  const manifest = await readManifest(files.manifest);
  if (manifest === undefined && existsSync(files.evaluation))
    throw new UsageError(`${folder} holds an evaluation of a model, which is no run: its figures are in evaluate.json. ${nameRun}`);
  if (manifest === undefined || !existsSync(files.index) || !existsSync(files.results))
    throw new UsageError(`No run in ${folder}: expected run.json, index.sqlite and results.bin there. ${nameRun}`);
  return { files, manifest };
}

/** The journal of a folder, open for reading beside the process that may be at work there. */
export interface ReadableJournal extends Disposable {
  get(address: string): ModelReply | undefined;
  /** How often the user had a phase asked anew. Part of a call's address. */
  round(phase: string): number;
  /** Where the run's judge drew its lines. */
  readonly calibration: Calibration;
  means(): MeanCalls[];
}

/**
 * Opens the journal alone. A folder where only previews were made has one and is no run yet.
 * @returns Undefined where the folder holds no journal.
 * @throws SysGenError when the journal or run.json is damaged.
 */
export async function openJournal(folder: string): Promise<ReadableJournal | undefined> {
  const files = runFiles(folder);
  if (!existsSync(files.journal)) return undefined;
  const manifest = await readManifest(files.manifest);
  const journal = new CallJournal(files.journal, { readOnly: true, leastBytes: 0 });
  return {
    get: (address) => journal.get(address),
    round: (phase) => manifest?.rounds[phase] ?? 0,
    calibration: manifest?.calibration ?? uncalibrated,
    means: () => journal.meanCalls(),
    [Symbol.dispose]: () => journal.close(),
  };
}

function inUse(folder: string, right: Right): RunInUse {
  const remedy = right === "own" ? "Wait for it to end, or choose another --out." : "Wait for it to end.";
  return new RunInUse(`Another sysgen process is at work in ${folder}. ${remedy}`);
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch(async (error: unknown) => {
    throw new UsageError(`Cannot make the run directory ${folder}: ${await whyNotMade(folder, error)}. Choose another with --out.`);
  });
}

/** Why a folder could not be made. Node says ENOENT also where the file system is read-only. */
async function whyNotMade(folder: string, error: unknown): Promise<string> {
  let above = resolve(folder);
  while (!existsSync(above)) above = dirname(above);
  return access(above, constants.W_OK).then(
    () => messageOf(error),
    (refused: unknown) => messageOf(refused),
  );
}
