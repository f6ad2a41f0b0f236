/** The first look at open batches comes after this. Each further one waits half as long again. */
export const firstLookMs = 100;
const longestLookMs = 60_000;

/** The delay that follows one between two looks. */
export function longer(delayMs: number): number {
  return Math.min(1.5 * delayMs, longestLookMs);
}
