import { z } from "zod";

/**
 * What keeps the limit where it is.
 *
 * - `rows`: there is no more work.
 * - `ceiling`: `--concurrency`, or the built-in one.
 * - `refusals`: more calls at once get a 429 or 503.
 * - `latency`: more calls at once bring no more replies a second.
 * - `rate-limit`: the server's `Retry-After` or rate-limit headers.
 * - `requests-per-minute`, `tokens-per-minute`: the user's own limits.
 * - `circuit`: the endpoint does not answer.
 */
const loadLimits = ["rows", "ceiling", "refusals", "latency", "rate-limit", "requests-per-minute", "tokens-per-minute", "circuit"] as const;
export type LoadLimit = (typeof loadLimits)[number];

export const loadSchema = z.object({
  endpoint: z.string(),
  model: z.string(),
  limit: z.number(),
  inFlight: z.number(),
  heldBy: z.enum(loadLimits),
  circuit: z.enum(["closed", "open", "half-open"]),
  requests: z.number(),
  refused: z.number(),
  failed: z.number(),
});

/** How many calls an endpoint takes at once, and why not more. */
export interface EndpointLoad {
  /** Host, port and path of the server. */
  readonly endpoint: string;
  readonly model: string;
  /** Calls that the endpoint may hold at once now. */
  readonly limit: number;
  readonly inFlight: number;
  readonly heldBy: LoadLimit;
  /** `open` after failures, when no call is sent. `half-open` while one call tries the endpoint. */
  readonly circuit: "closed" | "open" | "half-open";
  /** Requests to the endpoint that have ended. */
  readonly requests: number;
  /** Requests that were answered with 429 or 503. */
  readonly refused: number;
  /** Requests that failed in another way that may be retried. */
  readonly failed: number;
}
