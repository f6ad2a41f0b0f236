import type { EndpointLoad } from "./endpoint-load.ts";
import type { Model } from "../model.ts";
import { AdaptiveLimit } from "./adaptive-limit.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { Pace, type PaceOptions } from "./pace.ts";

/** Weight of the newest reply in the mean slowness. It covers about the last 20 replies. */
const newestWeight = 0.05;

/** One endpoint of a pool, which is a model at one address, and what its calls have shown of it. */
export class Endpoint {
  readonly address: string;
  readonly model: Model;
  readonly limit: AdaptiveLimit;
  readonly circuit = new CircuitBreaker();
  readonly pace: Pace;
  inFlight = 0;
  /** Requests that have ended. A call that a budget holds back is not a request. */
  requests = 0;
  refused = 0;
  failed = 0;
  /** 429s without a reply between them. */
  refusedInRow = 0;
  /** The circuit opened, and no reply has come since. */
  isAway = false;
  /** The endpoint's latency divided by the mean latency of the pool. 2 means twice as slow. */
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

  /**
   * When the endpoint can take a call of about `tokens` tokens, on the clock of `performance.now`.
   * A time in the past means now. Infinity means that the endpoint is full.
   */
  readyAtMs(tokens: number): number {
    if (!this.hasRoom) return Infinity;
    return Math.max(this.circuit.tryAtMs, this.pace.readyAtMs(tokens));
  }

  /**
   * The cost of one more call here, to compare endpoints by. The lowest cost is best. Slowness
   * counts to the third power, so an endpoint that is twice as slow gets its first call when the
   * fast one holds 8. Endpoints of equal speed share the calls evenly.
   */
  get cost(): number {
    return this.slowness ** 3 * (this.inFlight + 1);
  }

  /** A call that began was put off and not sent. */
  unsent(expectedTokens: number): void {
    this.pace.used(expectedTokens, 0);
    this.circuit.unsent();
    this.inFlight--;
  }

  /** @param slowness A reply's latency divided by the pool's mean latency of such calls. */
  learn(slowness: number): void {
    const share = Math.max(newestWeight, 1 / ++this.#replies);
    this.slowness += (slowness - this.slowness) * share;
  }

  load(): EndpointLoad {
    const { address, limit, inFlight, requests, refused, failed } = this;
    const circuit = this.circuit.state;
    const heldBy = circuit === "closed" ? (this.pace.heldBy ?? limit.heldBy) : "circuit";
    return { endpoint: address, model: this.model.name, limit: limit.limit, inFlight, heldBy, circuit, requests, refused, failed };
  }
}
