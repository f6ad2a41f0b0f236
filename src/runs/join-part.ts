import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Calibration } from "../phases/calibration.ts";
import type { PaidCalls } from "./journal/paid-totals.ts";
import { readManifest } from "./manifest.ts";
import { openForReading } from "./results/database.ts";
import { Results } from "./results/results.ts";
import type { RunFiles } from "./run-files.ts";
import type { Store } from "./store.ts";

/** What was taken over from a part of a run. */
export interface JoinedPart {
  readonly calls: number;
  /** All calls that were paid in the part, whether or not the whole had them before. */
  readonly paid: readonly PaidCalls[];
  /** Lines of its journal that are not as they were written. They were left out. */
  readonly damaged: number;
}

/**
 * Takes over what a part of a run has paid and found out, beside the process that may be at work in
 * it. Results are taken that were made by the whole's lines of the judge. They spare the walk of
 * their rows, and say of a row that failed or did not fit why it did.
 * @param calibration The lines of the whole. Undefined where none were drawn.
 * @throws SysGenError when a file of either cannot be read or written.
 */
export async function joinPart(store: Store, part: RunFiles, calibration: Calibration | undefined): Promise<JoinedPart> {
  const joined = existsSync(part.journal) ? await store.journal.join(part.journal) : { calls: 0, paid: [], damaged: 0 };
  await store.retries.join(part.retries);
  const manifest = await readManifest(part.manifest);
  const sameLines = manifest !== undefined && isDeepStrictEqual(manifest.calibration, calibration);
  if (sameLines && existsSync(part.index) && existsSync(part.results)) await joinResults(store, part);
  return joined;
}

async function joinResults(store: Store, part: RunFiles): Promise<void> {
  const database = openForReading(part.index);
  const results = new Results(part, database, { readOnly: true });
  try {
    for (const result of results.intact()) {
      const known = store.results.state(result.position);
      const isBetter = known === undefined || known.digest !== result.digest || (known.outcome === "failed" && result.outcome !== "failed");
      if (!isBetter) continue;
      store.results.put(result);
      await store.keepUp();
    }
  } finally {
    results.close();
    database.close();
  }
}
