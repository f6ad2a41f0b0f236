import { existsSync } from "node:fs";
import { access, constants, mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError, messageOf } from "../errors.ts";
import { tryLock } from "../platform/file-lock.ts";
import { phaseNames, phases } from "../phases/index.ts";
import { differences, readManifest, writeManifest, type Difference, type Identity, type Manifest } from "./manifest.ts";
import type { ResultState } from "./results/results.ts";
import { runFiles } from "./run-files.ts";
import { Store } from "./store.ts";
import { writeAtomically } from "../platform/write-atomically.ts";

export interface OpenRunOptions {
  readonly force: boolean;
  /** `dropped`, or `dropped:<reason>`: rows to try anew. */
  readonly retry: readonly string[];
  readonly rerunPhase: string | undefined;
  /** Only the journal is used: no configuration is refused, no result and no manifest is touched. */
  readonly preview: boolean;
  /** Marks the input's content; undefined when it cannot be told. */
  readonly inputStamp: string | undefined;
}

/** An open run directory, held by this process alone. */
export class Run {
  readonly folder: string;
  readonly store: Store;
  /** The input is as it was when this directory was last worked in. */
  readonly sameInput: boolean;
  readonly #inputStamp: string | undefined;
  #manifest: Manifest;
  readonly #lock: Disposable;
  readonly #retry: readonly string[];

  constructor(folder: string, store: Store, manifest: Manifest, lock: Disposable, { inputStamp, retry }: OpenRunOptions) {
    this.folder = folder;
    this.store = store;
    this.#inputStamp = inputStamp;
    this.#retry = retry;
    this.sameInput = inputStamp !== undefined && manifest.inputStamp === inputStamp;
    this.#manifest = manifest;
    this.#lock = lock;
  }

  /** How often each phase of a row was asked for anew; part of the address of the row's calls. */
  rounds(digest: string): (phase: string) => number {
    const ofRow = this.store.retries.rounds(digest);
    return (phase) => (this.#manifest.rounds[phase] ?? 0) + ofRow(phase);
  }

  /**
   * Whether the row at this position has its result already, with this very text. A failed row is tried again, and so is a dropped one that
   * the user names; the result of another text that stood here, or of an earlier try, is forgotten.
   */
  async settles(position: number, digest: string): Promise<boolean> {
    const { results, retries } = this.store;
    const state = results.state(position);
    if (state === undefined) return false;
    if (state.digest === this.resultDigest(digest)) {
      // A context may have grown since; asking is free while it has not.
      if (state.outcome === "failed" || state.reason === "too-long") return false;
      if (!this.#retry.some((what) => names(what, state))) return true;
      if (!(await retries.add(digest, phaseToRetry(state), this.#manifest.retrySession))) return true;
    }
    results.forget(position);
    return false;
  }

  /** What the result of a row is known by, from its text's digest. */
  resultDigest(digest: string): string {
    return this.store.retries.resultDigest(digest);
  }

  /** Writes dataset.jsonl and rejected.jsonl from the results, each whole or not at all, and says in run.json how far the run came. */
  async write(state: Manifest["state"], facts: Record<string, unknown>): Promise<void> {
    const files = runFiles(this.folder);
    await writeAtomically(files.dataset, this.store.results.bodies(["done"]));
    await writeAtomically(files.rejected, this.store.results.bodies(["dropped", "failed"]));
    // While rows are left to retry, the same command with --rerun-phase goes on with the same round.
    const settled = state === "finished" && !this.store.results.count().some(({ outcome }) => outcome === "failed");
    // Only a run that read all of the input knows that the results are of these rows.
    const stamp = state === "finished" ? this.#inputStamp : this.#manifest.inputStamp;
    this.#manifest = {
      ...this.#manifest,
      ...facts,
      inputStamp: stamp,
      state,
      rerunning: settled ? null : (this.#manifest.rerunning ?? null),
      retrying: settled ? null : (this.#manifest.retrying ?? null),
    };
    await writeManifest(files.manifest, this.#manifest);
  }

  /** Says in run.json that the run stopped at an error; the disk may be what failed, so this is tried and no more. */
  async stopped(): Promise<void> {
    this.#manifest = { ...this.#manifest, state: "stopped" };
    await writeManifest(runFiles(this.folder).manifest, this.#manifest).catch(() => undefined);
  }

  async close(): Promise<void> {
    try {
      await this.store.settled().catch(() => undefined);
      this.store.close();
    } finally {
      this.#lock[Symbol.dispose]();
    }
  }
}

/** Whether `dropped` or `dropped:<reason>` means this result. */
function names(what: string, { outcome, reason }: { outcome: string; reason: string | null }): boolean {
  return outcome === "dropped" && (what === "dropped" || what === `dropped:${reason}`);
}

/** From which phase on a dropped row is tried anew. A row that no phase dropped begins at the first one. */
function phaseToRetry({ phase, reason }: ResultState): string {
  return phases.find(({ name }) => name === phase)?.retriesFrom(reason ?? "") ?? "generate";
}

/**
 * Opens a run directory, new or to be resumed.
 * @throws UsageError when another process holds it, or it was made with another configuration and neither `force` nor
 * `rerunPhase` allows to go on.
 */
export async function openRun(folder: string, identity: Identity, facts: Record<string, unknown>, options: OpenRunOptions): Promise<Run> {
  const files = runFiles(folder);
  await mkdir(folder, { recursive: true }).catch(async (error: unknown) => {
    throw new UsageError(`Cannot make the run directory ${folder}: ${await whyNotMade(folder, error)}. Choose another with --out.`);
  });
  const lock = tryLock(files.lock);
  if (lock === undefined)
    throw new UsageError(`Another sysgen process is at work in ${folder}. Wait for it to end, or choose another --out.`);
  try {
    const before = await readManifest(files.manifest);
    refuseForeignFiles(
      folder,
      identity["input"]?.value,
      before !== undefined || existsSync(files.journal) || existsSync(files.formerJournal),
    );
    const changed = before ? differences(before.identity, identity) : [];
    if (options.preview)
      return new Run(
        folder,
        new Store(files),
        { ...before, state: "running", identity, rounds: before?.rounds ?? {}, retrySession: before?.retrySession ?? 0 },
        lock,
        options,
      );
    refuse(folder, changed, options);
    const rounds = { ...before?.rounds };
    const { rerunPhase } = options;
    // With a changed configuration the calls differ anyway; and a rerun that was broken off goes on, without paying again.
    const begins = rerunPhase !== undefined && before !== undefined && changed.length === 0 && before.rerunning !== rerunPhase;
    if (begins) rounds[rerunPhase] = (rounds[rerunPhase] ?? 0) + 1;
    const rerunning = rerunPhase ?? (changed.length > 0 ? null : (before?.rerunning ?? null));
    const store = new Store(files);
    try {
      if (begins || changed.length > 0) store.results.clear();
      // The same words again after being broken off go on with the same tries.
      const retrying = options.retry.toSorted().join(" ") || null;
      const retrySession =
        (before?.retrySession ?? store.retries.lastSession) + (retrying !== null && before?.retrying !== retrying ? 1 : 0);
      if (retrySession !== before?.retrySession) refuseUnknownReasons(options.retry, store);
      const manifest: Manifest = { ...before, ...facts, state: "running", identity, rounds, rerunning, retrying, retrySession };
      await writeManifest(files.manifest, manifest);
      return new Run(folder, store, manifest, lock, options);
    } catch (error) {
      store.close();
      throw error;
    }
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** Node says ENOENT also where the file system is read-only. */
async function whyNotMade(folder: string, error: unknown): Promise<string> {
  let above = resolve(folder);
  while (!existsSync(above)) above = dirname(above);
  return access(above, constants.W_OK).then(
    () => messageOf(error),
    (refused: unknown) => messageOf(refused),
  );
}

function refuseUnknownReasons(retry: readonly string[], store: Store): void {
  const dropped = store.results.count().filter(({ outcome }) => outcome === "dropped");
  for (const what of retry) {
    if (dropped.some((count) => names(what, count))) continue;
    const known = [...new Set(dropped.map(({ reason }) => `dropped:${reason}`))];
    throw new UsageError(
      `--retry ${what}: no row of this run was dropped for that. ${known.length > 0 ? `There are: ${known.join(", ")}.` : "None was dropped."}`,
    );
  }
}

/** What a run writes must overwrite neither its input nor, in a folder that is no run directory, somebody's data. */
function refuseForeignFiles(folder: string, input: unknown, isRun: boolean): void {
  const { dataset, rejected } = runFiles(folder);
  const outputs = [dataset, rejected].filter((path) => existsSync(path));
  const lost = outputs.find((path) => !isRun || resolve(path) === input);
  if (lost === undefined) return;
  const why = resolve(lost) === input ? "is the input" : "was not made by a run";
  throw new UsageError(`${lost} ${why}, and would be overwritten. Choose another --out.`);
}

function refuse(folder: string, changed: readonly Difference[], { force, rerunPhase }: OpenRunOptions): void {
  const order: readonly string[] = ["input", ...phaseNames];
  const allowedFrom = force ? 0 : rerunPhase === undefined ? Infinity : order.indexOf(rerunPhase);
  const refused = changed.filter((difference) => order.indexOf(difference.phase) < allowedFrom);
  const [first] = refused;
  if (!first) return;
  const earliest = order[Math.min(...refused.map((difference) => order.indexOf(difference.phase)))];
  const list = refused
    .map(({ setting, before, now }) => `${setting}: ${JSON.stringify(before)} there, ${JSON.stringify(now)} now`)
    .join("; ");
  const rerun = earliest === "input" ? "" : `--rerun-phase ${earliest} or `;
  throw new UsageError(
    `${folder} was made with another configuration (${list}). Either choose another --out, or go on here with ${rerun}--force: calls that the change does not touch are not paid again.`,
  );
}
