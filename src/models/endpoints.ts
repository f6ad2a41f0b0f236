/** One server of several that hold the same weights. */
export interface Endpoint {
  readonly url: URL;
  inFlight: number;
  /** Until when (epoch ms) it is left alone after a failed connection. */
  restsUntilMs: number;
}

const restMs = 5_000;

/** Spreads calls over servers: the least busy one first, a server whose connection just failed last. */
export class Endpoints {
  readonly #all: Endpoint[];

  constructor(urls: readonly URL[]) {
    this.#all = urls.map((url) => ({ url, inFlight: 0, restsUntilMs: 0 }));
  }

  take(now: number = Date.now()): Endpoint {
    const cost = (endpoint: Endpoint): number => endpoint.inFlight + (endpoint.restsUntilMs > now ? 1e9 : 0);
    const chosen = this.#all.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    chosen.inFlight++;
    return chosen;
  }

  answered(endpoint: Endpoint): void {
    endpoint.restsUntilMs = 0;
  }

  failed(endpoint: Endpoint, now: number = Date.now()): void {
    endpoint.restsUntilMs = now + restMs;
  }

  release(endpoint: Endpoint): void {
    endpoint.inFlight--;
  }
}
