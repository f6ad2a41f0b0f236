/** Tokens that must be left for a reply. */
export const leastRoom = 16;

/** Tokens that one call may hold, prompt and reply. */
export function contextSizeOf(trained: number, wanted: number | undefined): number {
  return Math.min(wanted ?? 4096, trained);
}
