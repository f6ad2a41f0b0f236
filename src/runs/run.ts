import { existsSync } from "node:fs";
import { SysGenError } from "../errors.ts";
import type { Calibration } from "../phases/calibration.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { beginRerun, differences, refuseChanges, type Difference, type Permission } from "./configuration-change.ts";
import { refuseForeignFiles } from "./foreign-files.ts";
import { writeManifest, type Identity, type Manifest, type Merged, type RecordedFacts } from "./manifest.ts";
import { openRun, type Check, type OpenedRun } from "./open-run.ts";
import { beginRetry, isMeant, phaseToRetry, refuseUnknownReasons } from "./row-retry.ts";
import { runFiles } from "./run-files.ts";
import type { Store } from "./store.ts";

export interface StartRunOptions extends Permission {
  /** Rows to try anew: `dropped`, or `dropped:<reason>`. */
  readonly retry: readonly string[];
  /**
   * Only the journal is used. No configuration is refused, and no result and no manifest is
   * touched.
   */
  readonly preview: boolean;
  /** Failed rows that have a result stay as they are. Default they are tried again. */
  readonly keepsFailed?: boolean | undefined;
  /** Called once the directory is held. What it throws ends the opening. */
  readonly mayBegin?: (() => Promise<void>) | undefined;
  /** How long a lock that another process holds is waited for, in milliseconds. Default 0. */
  readonly waitForLockMs?: number | undefined;
  /** Ends the waiting for the lock. */
  readonly signal?: AbortSignal | undefined;
  /** Marks the input's content. Undefined when it cannot be told. */
  readonly inputStamp: string | undefined;
  /** What was taken over from the shards of a run. Undefined where nothing was. */
  readonly merged?: Merged | undefined;
}

/** A run at work in its directory, which this process alone holds. */
export class Run {
  readonly folder: string;
  readonly store: Store;
  /** The input is as it was when this directory was last worked in. */
  readonly sameInput: boolean;
  readonly #opened: HeldRun;
  readonly #inputStamp: string | undefined;
  readonly #retry: readonly string[];
  readonly #preview: boolean;
  readonly #keepsFailed: boolean;
  #manifest: Manifest;

  constructor(opened: HeldRun, manifest: Manifest, { inputStamp, retry, preview, keepsFailed = false }: StartRunOptions) {
    this.folder = opened.folder;
    this.store = opened.store;
    this.sameInput = inputStamp !== undefined && manifest.inputStamp === inputStamp;
    this.#opened = opened;
    this.#inputStamp = inputStamp;
    this.#retry = retry;
    this.#preview = preview;
    this.#keepsFailed = keepsFailed;
    this.#manifest = manifest;
  }

  /** How often each phase of a row was asked anew. Part of the address of the row's calls. */
  rounds(digest: string): (phase: string) => number {
    const ofRow = this.store.retries.rounds(digest);
    return (phase) => (this.#manifest.rounds[phase] ?? 0) + ofRow(phase);
  }

  /**
   * Whether the row at this position has its result already, of this very text. A failed row is
   * tried again, and so is a dropped row that the user names. Forgets the result when it is of
   * another text or of an earlier try.
   */
  async settles(position: number, digest: string): Promise<boolean> {
    const { results, retries } = this.store;
    const state = results.state(position);
    if (state === undefined) return false;
    if (state.digest === this.resultDigest(digest)) {
      // The model's context may have grown since the row was too long. Asking is free while it has
      // not.
      if (!this.#keepsFailed && (state.outcome === "failed" || state.reason === "too-long")) return false;
      if (!this.#retry.some((what) => isMeant(what, state))) return true;
      if (!(await retries.add(digest, phaseToRetry(state), this.#manifest.retrySession))) return true;
    }
    results.forget(position);
    return false;
  }

  /** The digest of a row's result, from the digest of its text. */
  resultDigest(digest: string): string {
    return this.store.retries.resultDigest(digest);
  }

  /**
   * Writes dataset.jsonl and rejected.jsonl from the results, each whole or not at all, and says in
   * run.json how far the run came.
   */
  async write(state: Manifest["state"], facts: Record<string, unknown>): Promise<void> {
    const files = runFiles(this.folder);
    await writeAtomically(files.dataset, this.store.results.bodies(["done"]), this.#opened.mayWrite);
    await writeAtomically(files.rejected, this.store.results.bodies(["dropped", "failed"]), this.#opened.mayWrite);
    // While failed rows are left, the same command with --rerun-phase goes on in the same round.
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
    await writeManifest(files.manifest, this.#manifest, this.#opened.mayWrite);
  }

  /** The error of a run whose index does not hold as many results as there are. */
  resultsLost(found: number, expected: number): SysGenError {
    return new SysGenError(
      `${runFiles(this.folder).index} holds ${found} results, and should hold ${expected}: it was damaged, or another process wrote into it. Run the same command again: what is missing is made from the journal, and nothing is paid again.`,
    );
  }

  /** What run.json says, as it is now. */
  get manifest(): Manifest {
    return this.#manifest;
  }

  /** Where the run's judge draws its lines. Undefined until that was found out. */
  get calibration(): Calibration | undefined {
    return this.#manifest.calibration;
  }

  /** Says in run.json where the judge draws its lines, while the run is at work. */
  async calibrated(calibration: Calibration): Promise<void> {
    this.#manifest = { ...this.#manifest, calibration };
    if (!this.#preview) await writeManifest(runFiles(this.folder).manifest, this.#manifest, this.#opened.mayWrite);
  }

  /**
   * Says in run.json that the run stopped at an error. Throws nothing: the disk may be what failed.
   */
  async stopped(): Promise<void> {
    this.#manifest = { ...this.#manifest, state: "stopped" };
    await writeManifest(runFiles(this.folder).manifest, this.#manifest, this.#opened.mayWrite).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.#opened.close();
  }
}

/** A run directory that this process alone holds, and what run.json says there. */
export type HeldRun = OpenedRun<Manifest | undefined>;

/**
 * Takes hold of a run's directory. No file of the run is written yet.
 * @param identity What of the identity is known already. The rest is as in run.json.
 * @throws UsageError when another process holds the directory, when files there would be
 * overwritten, or when it was made with another configuration and neither `force` nor `rerunPhase`
 * allows to go on.
 */
export function holdRun(folder: string, identity: Identity, options: StartRunOptions): Promise<HeldRun> {
  const check: Check = async (before) => {
    await options.mayBegin?.();
    refuseForeignFiles(folder, identity["input"]?.value, before !== undefined || existsSync(runFiles(folder).journal));
    if (!options.preview) refuseChanges(folder, changesFrom(before, identity), options);
  };
  return openRun(folder, "own", check, { waitMs: options.waitForLockMs, signal: options.signal });
}

function changesFrom(before: Manifest | undefined, identity: Identity): Difference[] {
  return before === undefined ? [] : differences(before.identity, identity);
}

/** Starts a run in its directory, or resumes the run that is there. */
export async function startRun(held: HeldRun, identity: Identity, facts: RecordedFacts, options: StartRunOptions): Promise<Run> {
  const { manifest: before, store, folder } = held;
  if (options.preview) {
    const { rounds = {}, retrySession = 0 } = before ?? {};
    return new Run(held, { ...before, state: "running", identity, rounds, retrySession }, options);
  }
  const isChanged = changesFrom(before, identity).length > 0;
  const { begins, ...rerun } = beginRerun(before, options.rerunPhase, isChanged);
  if (begins || isChanged) store.results.clear();
  const retry = beginRetry(before, options.retry, store.retries.lastSession);
  if (retry.retrySession !== before?.retrySession) refuseUnknownReasons(options.retry, store.results.count());
  // Verdicts of another configuration come from lines of their own.
  const { calibration, ...known } = before ?? {};
  const lines = begins || isChanged ? {} : { calibration };
  const { merged = before?.merged } = options;
  const manifest = { ...known, ...lines, ...facts, state: "running" as const, identity, ...rerun, ...retry, ...(merged && { merged }) };
  await writeManifest(runFiles(folder).manifest, manifest, held.mayWrite);
  return new Run(held, manifest, options);
}
