/** What a server says of the user's quota in the headers of a reply; what it does not say is undefined. */
export interface Quota {
  readonly requestsLeft?: number;
  /** Milliseconds until all requests are there again. */
  readonly requestsResetMs?: number;
  readonly tokensLeft?: number;
  readonly tokensResetMs?: number;
}
