import { z } from "zod";

/**
 * What keeps the limit where it is: `rows` (there is not more work than that), `ceiling` (--concurrency), `refusals` (429 or 503 beyond it),
 * `latency` (more calls at once bring no more replies), `rate-limit` (Retry-After or the server's rate-limit headers),
 * `requests-per-minute` and `tokens-per-minute` (the user's own), `circuit` (it does not answer).
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
  /** Calls that it may hold at once now. */
  readonly limit: number;
  readonly inFlight: number;
  readonly heldBy: LoadLimit;
  /** `open`: it is left alone after failures; `half-open`: one call finds out whether it is back. */
  readonly circuit: "closed" | "open" | "half-open";
  /** Requests sent to it, those that it answered with 429 or 503, and those that failed otherwise. */
  readonly requests: number;
  readonly refused: number;
  readonly failed: number;
}
