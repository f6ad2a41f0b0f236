import { UsageError } from "../errors.ts";
import { phases } from "../phases/index.ts";
import type { Manifest } from "./manifest.ts";
import type { OutcomeCount, ResultState } from "./results/results.ts";

type Dropped = Pick<ResultState, "outcome" | "reason">;

/** Whether `--retry dropped` or `--retry dropped:<reason>` means a result. */
export function isMeant(what: string, { outcome, reason }: Dropped): boolean {
  return outcome === "dropped" && (what === "dropped" || what === `dropped:${reason}`);
}

/**
 * The phase from which a dropped row is tried anew. The phase that dropped the row decides. A row
 * that no known phase dropped begins its road again.
 */
export function phaseToRetry({ phase, reason }: ResultState): string {
  return phases.find(({ name }) => name === phase)?.retriesFrom(reason ?? "") ?? phases[0].name;
}

/** @throws UsageError when no row of the run was dropped for a reason that the user names. */
export function refuseUnknownReasons(retry: readonly string[], counts: readonly OutcomeCount[]): void {
  const dropped = counts.filter(({ outcome }) => outcome === "dropped");
  for (const what of retry) {
    if (dropped.some((count) => isMeant(what, count))) continue;
    const known = [...new Set(dropped.map(({ reason }) => `dropped:${reason}`))];
    throw new UsageError(
      `--retry ${what}: no row of this run was dropped for that. ${known.length > 0 ? `There are: ${known.join(", ")}.` : "None was dropped."}`,
    );
  }
}

/** Which dropped rows a run tries anew. */
export interface RetrySession {
  /** The values of `--retry` in order, with spaces between. Null without any. */
  readonly retrying: string | null;
  /** Counts the commands that tried rows anew. */
  readonly retrySession: number;
}

/**
 * The session of a run that the user starts with these values of `--retry`. A run with the same
 * values that was broken off goes on with its session, so each row is tried anew once.
 * @param lastSession The last session that retries.jsonl knows, for a run without a run.json.
 */
export function beginRetry(before: Manifest | undefined, retry: readonly string[], lastSession: number): RetrySession {
  const retrying = retry.toSorted().join(" ") || null;
  const isNew = retrying !== null && before?.retrying !== retrying;
  return { retrying, retrySession: (before?.retrySession ?? lastSession) + (isNew ? 1 : 0) };
}
