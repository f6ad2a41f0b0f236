import { statSync } from "node:fs";
import { openDataset } from "../datasets/index.ts";
import { readManifest, type Manifest } from "../runs/manifest.ts";
import type { RunFiles } from "../runs/run-files.ts";
import { stateOf, type RunState } from "../runs/run-state.ts";
import type { RunSettings } from "./run-settings.ts";

/** The time before now over which rows per second are counted. */
const rateOverMs = 15_000;
/** Time between two looks at the lock. A look holds the lock for a moment. */
const lockEveryMs = 3_000;

/**
 * Files without a count of their own are read to count their rows. Larger ones would take the
 * machine from the run.
 */
const mostBytesToCount = 1e9;

/** Whether a run is at work, how fast, and how far it has to go. */
export class RunProgress {
  readonly #files: RunFiles;
  #manifest: Manifest;
  #manifestStamp = "";
  #state: RunState | undefined;
  #lookedAt = -Infinity;
  #isIdle = false;
  #version = -1;
  #seen: { at: number; rows: number }[] = [];
  #expected: Promise<number | null> | undefined;

  constructor(files: RunFiles, manifest: Manifest) {
    this.#files = files;
    this.#manifest = manifest;
  }

  get manifest(): Manifest {
    return this.#manifest;
  }

  /**
   * @param version The version of the index.
   * @param rows Rows that have an outcome.
   */
  async refresh(version: number, rows: number): Promise<void> {
    const stamp = stampOf(this.#files.manifest);
    if (stamp !== this.#manifestStamp) {
      this.#manifestStamp = stamp;
      this.#manifest = (await readManifest(this.#files.manifest)) ?? this.#manifest;
      this.#isIdle = false;
      this.#lookedAt = -Infinity;
    }
    if (version !== this.#version) this.#isIdle = false;
    this.#version = version;
    const now = performance.now();
    if (!this.#isIdle && now - this.#lookedAt > lockEveryMs) {
      this.#state = stateOf(this.#manifest, this.#files);
      this.#lookedAt = now;
      // While no process is at work, the state stays until the manifest or a row changes.
      this.#isIdle = this.#state !== "running";
    }
    this.#seen = [...this.#seen.filter(({ at }) => now - at < rateOverMs), { at: now, rows }];
  }

  get state(): RunState {
    return this.#state ?? this.#manifest.state;
  }

  /** Null while it is not known. */
  get rowsPerSecond(): number | null {
    const [first] = this.#seen;
    const last = this.#seen.at(-1);
    if (this.state !== "running" || first === undefined || last === undefined || last.at - first.at < 1_000) return null;
    return Math.max(0, (last.rows - first.rows) / ((last.at - first.at) / 1_000));
  }

  /** How many rows there will be, counted once. Null where only the run can tell. */
  expected(settings: RunSettings): Promise<number | null> {
    return (this.#expected ??= this.#count(settings).catch(() => null));
  }

  async #count({ input: name, format, selection }: RunSettings): Promise<number | null> {
    // An input that is not on this machine is not fetched to look at a run.
    const { maxRowBytes } = selection;
    if (name === "-" || maxRowBytes === undefined || statSync(name, { throwIfNoEntry: false }) === undefined) return null;
    const dataset = await openDataset({
      ...selection,
      maxRowBytes,
      input: name,
      format: format.name === "columns" ? undefined : format.name,
      stdin: nothing(),
    });
    try {
      const bytes = dataset.input.files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
      return bytes > mostBytesToCount ? null : ((await dataset.count()) ?? null);
    } finally {
      await dataset.close();
    }
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {}

function stampOf(path: string): string {
  const info = statSync(path, { throwIfNoEntry: false });
  return info === undefined ? "" : `${info.ino}:${info.size}:${info.mtimeMs}`;
}
