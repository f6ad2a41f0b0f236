import type { EndpointLoad } from "./endpoint-load.ts";
import type { Model } from "../model.ts";
import { AdaptiveLimit } from "./adaptive-limit.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { Pace, type PaceOptions } from "./pace.ts";

/** How much the last reply counts in the mean pace. */
const lastCounts = 0.05;

/** One endpoint of a pool: a model behind one address, and what is known of how it fares. */
export class Endpoint {
  readonly address: string;
  readonly model: Model;
  readonly limit: AdaptiveLimit;
  readonly circuit = new CircuitBreaker();
  readonly pace: Pace;
  inFlight = 0;
  /** Those that have ended: what a budget holds back is none. */
  requests = 0;
  refused = 0;
  failed = 0;
  /** 429 without a reply between them. */
  refusedInRow = 0;
  /** Its circuit opened, and no reply has come since. */
  isAway = false;
  /** Its latency against that of all endpoints: 2 is twice as slow. */
  slowness = 1;
  #replies = 0;

  constructor(address: string, model: Model, ceiling: number, pace: PaceOptions) {
    this.address = address;
    this.model = model;
    this.limit = new AdaptiveLimit({ ceiling });
    this.pace = new Pace(pace);
  }

  get hasRoom(): boolean {
    return this.inFlight < this.limit.limit;
  }

  /** When it can take a call of about so many tokens: in the past when it can now, Infinity while it is full. */
  readyAtMs(tokens: number): number {
    if (!this.hasRoom) return Infinity;
    return Math.max(this.circuit.tryAtMs, this.pace.readyAtMs(tokens));
  }

  /**
   * What one more call would cost here, for comparison: the least is best. Slowness counts more than the number of calls, so that among
   * endpoints with room the fast ones are filled first, and equals share evenly.
   */
  get cost(): number {
    return this.slowness ** 3 * (this.inFlight + 1);
  }

  /** @param slowness The reply's time by the mean time of such calls over the pool. */
  learn(slowness: number): void {
    const share = Math.max(lastCounts, 1 / ++this.#replies);
    this.slowness += (slowness - this.slowness) * share;
  }

  load(): EndpointLoad {
    const { address, limit, inFlight, requests, refused, failed } = this;
    const circuit = this.circuit.state;
    const heldBy = circuit === "closed" ? (this.pace.heldBy ?? limit.heldBy) : "circuit";
    return { endpoint: address, model: this.model.name, limit: limit.limit, inFlight, heldBy, circuit, requests, refused, failed };
  }
}
