/** Tokens of a context whose size the user does not set. */
export const defaultContextSize = 4096;

/** Tokens that a prompt must leave for the reply. */
export const leastRoom = 16;

/**
 * Tokens that one call may hold, prompt and reply together.
 * @param trained Tokens that the model was trained on.
 * @param wanted The user's setting. Default 4,096.
 */
export function contextSizeOf(trained: number, wanted: number | undefined): number {
  return Math.min(wanted ?? defaultContextSize, trained);
}
