import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { SysGenError } from "../errors.ts";
import type { Calibration } from "../phases/calibration.ts";
import type { PaidCalls } from "./journal/paid-totals.ts";
import { readManifest, type Manifest } from "./manifest.ts";
import { openForReading } from "./results/database.ts";
import { Results, type Result } from "./results/results.ts";
import type { RunFiles } from "./run-files.ts";
import type { Store } from "./store.ts";

/** What was taken over from a part of a run. */
export interface JoinedPart {
  readonly calls: number;
  /** All calls that were paid in the part, whether or not the whole had them before. */
  readonly paid: readonly PaidCalls[];
  /**
   * Lines of its journal and of its retries that are not as they were written. They were left out.
   */
  readonly damaged: { readonly journal: number; readonly retries: number };
  /**
   * Why results of the part were not taken over, as a sentence. Their rows are made from the
   * journal. Undefined where all were that could be.
   */
  readonly unread: string | undefined;
}

export interface JoinOptions {
  /** The lines of the whole. Undefined where none were drawn. */
  readonly calibration: Calibration | undefined;
  /** Whether a part was made as the whole is, so that its results are the whole's. */
  readonly fits: (part: Manifest) => boolean;
}

/**
 * Takes over what a part of a run has paid and found out, beside the process that may be at work in
 * it. Paid calls are taken of any part, because a call's address says what was asked. Results are
 * taken that were made by the configuration and the judge's lines of the whole. They spare the walk
 * of their rows, and say of a row that failed or did not fit why it did. A part whose results
 * cannot be read is no error, because its journal has all that was paid.
 * @throws SysGenError when the part's journal or retries cannot be read, or a file of the whole
 * cannot be written.
 */
export async function joinPart(store: Store, part: RunFiles, { calibration, fits }: JoinOptions): Promise<JoinedPart> {
  const joined = existsSync(part.journal) ? await store.journal.join(part.journal) : { calls: 0, paid: [], damaged: 0 };
  const damaged = { journal: joined.damaged, retries: await store.retries.join(part.retries) };
  const unread: string[] = [];
  const onUnread = (error: unknown): void => {
    if (!(error instanceof SysGenError)) throw error;
    unread.push(error.message);
  };
  const manifest = await readManifest(part.manifest).catch(onUnread);
  const isOfWhole = manifest !== undefined && fits(manifest) && isDeepStrictEqual(manifest.calibration, calibration);
  if (isOfWhole && existsSync(part.index) && existsSync(part.results)) {
    for (const result of readableResults(part, onUnread)) {
      if (!store.retries.isLastTry(result.digest)) continue;
      const known = store.results.state(result.position);
      const isBetter = known === undefined || known.digest !== result.digest || (known.outcome === "failed" && result.outcome !== "failed");
      if (!isBetter) continue;
      store.results.put(result);
      await store.keepUp();
    }
  }
  return { ...joined, damaged, unread: unread[0] };
}

/** @param onUnread Told why the results end early. */
function* readableResults(part: RunFiles, onUnread: (error: unknown) => void): Generator<Result> {
  try {
    const database = openForReading(part.index);
    try {
      const results = new Results(part, database, { readOnly: true });
      try {
        yield* results.intact();
      } finally {
        results.close();
      }
    } finally {
      database.close();
    }
  } catch (error) {
    onUnread(error);
  }
}
