import type { CallStart } from "./adaptive-limit.ts";
import type { Endpoint } from "./endpoint.ts";
import type { BegunCall } from "./equal-refusals.ts";

/** A request to an endpoint that has not ended. */
export interface SentRequest {
  readonly endpoint: Endpoint;
  /** The name of the call's purpose. */
  readonly purpose: string;
  /** Tokens that the call is expected to use. */
  readonly tokens: number;
  readonly start: CallStart;
  /** The call's number at the endpoint's `Pace`. */
  readonly number: number;
  readonly startedMs: number;
  readonly begun: BegunCall;
}

export function beginRequest(endpoint: Endpoint, purpose: string, tokens: number, begun: BegunCall): SentRequest {
  const start = endpoint.limit.begin(endpoint.inFlight);
  return { endpoint, purpose, tokens, start, number: endpoint.pace.begin(tokens), startedMs: performance.now(), begun };
}
