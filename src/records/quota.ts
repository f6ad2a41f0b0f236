/** What the headers of a reply say about the user's quota. What they do not say is undefined. */
export interface Quota {
  readonly requestsLeft?: number;
  /** Milliseconds until the quota of requests is full again. */
  readonly requestsResetMs?: number;
  readonly tokensLeft?: number;
  /** Milliseconds until the quota of tokens is full again. */
  readonly tokensResetMs?: number;
}
