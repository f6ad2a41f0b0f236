import type { LoadLimit } from "./endpoint-load.ts";
import { ThroughputWindows, type ThroughputWindow } from "./throughput-windows.ts";

export interface AdaptiveLimitOptions {
  /** The limit never exceeds this number of calls at once. */
  readonly ceiling: number;
  /** Milliseconds on a clock that never jumps. Default `performance.now`. */
  readonly now?: () => number;
}

/** What is remembered of a call's start until it ends. */
export interface CallStart {
  /** 1 for the endpoint's first call, 2 for its second. */
  readonly number: number;
  /** Calls in flight when this one began, itself included. Its latency is judged against this. */
  readonly inFlight: number;
  /**
   * The endpoint was at least 80% full with this call. Only such calls say what the limit can do.
   */
  readonly fills: boolean;
}

/** The first limit. Most servers take this many calls at once. */
export const startCalls = 32;
/**
 * While the limit grows, each reply raises it by this many calls. A round trip at a limit of 32
 * brings 32 replies, so the limit is 96 after it.
 */
const growthPerReply = 2;
/**
 * A higher limit is worthwhile when the throughput grows by this share of what the calls grow by.
 * 50% more calls at once must bring at least 15% more replies a second.
 */
const worthwhileShare = 0.3;
/** A throughput below this share of the best one seen means that the limit has become too high. */
const collapse = 0.7;
const firstProbeMs = 15_000;
/**
 * A probe that is refused costs more than one that is only slow, because the server may ask for a
 * pause. So the limit stays longer after a refusal.
 */
const firstProbeAfterRefusalMs = 60_000;
const longestProbeMs = 300_000;
/**
 * Two endpoints count as alike while one holds at most this many times the calls that the other one
 * refused. If A refused a 37th call, B at 45 calls is alike and B at 128 is not.
 */
const alike = 1.25;
/**
 * Backing off has helped when the share of refusals falls to this part of what it was, or lower.
 */
const helpfulPart = 0.5;
/** Once backing off has not helped, 503s are ignored for this many round trips. */
const toleratedRoundTrips = 30;

/**
 * Refusals of calls that began before the limit was lowered. A server that refuses 10 of 42 calls
 * sends 10 refusals, which are one event.
 */
interface Burst {
  /** Number of the last call that began before the first refusal arrived. */
  readonly last: number;
  /** Calls in flight at the first refusal. */
  readonly inFlight: number;
  refused: number;
  readonly limitBefore: number;
  /** Share of calls that were refused before. Infinity for a 429. */
  readonly shareBefore: number;
}

/**
 * How many calls one endpoint may hold at once. The number is found by trying.
 *
 * - The limit begins at 32 and triples every round trip. It stops at the ceiling, at a refusal (429
 *   or 503), or when throughput stops growing. In the last case the latency rises as fast as the
 *   number of calls, so more calls would only wait.
 * - After a burst of refusals the limit drops once, to the calls that were not refused. Another
 *   endpoint of the pool that holds about as many calls stops there too.
 * - From time to time a limit that stopped is probed, which adds one call a round trip. The first
 *   probe comes after 15 seconds. Each probe that fails doubles the wait, up to 5 minutes. After a
 *   refusal the wait is at least 60 seconds.
 * - If as many calls get a 503 after the drop as before, the 503s do not come from load. The limit
 *   goes back up, and 503s are ignored for 30 round trips.
 * - If throughput falls below 70% of the best one seen, the limit returns to where that was seen.
 */
export class AdaptiveLimit {
  readonly #ceiling: number;
  readonly #now: () => number;
  readonly #windows = new ThroughputWindows();
  #limit: number;
  #heldBy: "rows" | "latency" | "refusals" = "rows";
  #mode: "growing" | "probing" | "holding" = "growing";
  /** Number of the last call that began. */
  #calls = 0;
  /** Number of the last call that began under an earlier limit. Replies up to it are not judged. */
  #lastUnderOldLimit = 0;
  #best: ThroughputWindow | undefined;
  /** The burst whose drop is being judged. */
  #burst: Burst | undefined;
  #outcomes = { all: 0, refused: 0 };
  /** Number of the last call whose 503 is ignored. */
  #toleratesUntilCall = 0;
  #probeAtMs = 0;
  /** The limit that was found before the endpoint went away. */
  #knownMost: number | undefined;
  #probeAfterMs = firstProbeMs;

  constructor({ ceiling, now = () => performance.now() }: AdaptiveLimitOptions) {
    this.#ceiling = ceiling;
    this.#now = now;
    this.#limit = Math.min(startCalls, ceiling);
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  get heldBy(): LoadLimit {
    return this.limit >= this.#ceiling ? "ceiling" : this.#heldBy;
  }

  /** @param inFlight Calls in flight, the new one included. */
  begin(inFlight: number): CallStart {
    return { number: ++this.#calls, inFlight, fills: inFlight >= 0.8 * this.limit };
  }

  /**
   * A reply came.
   * @param kind Calls of one kind have comparable latencies.
   */
  replied({ number, inFlight, fills }: CallStart, kind: string, tookMs: number): void {
    this.#count(number, false);
    if (number <= this.#lastUnderOldLimit) return;
    // A reply that came while few calls were in flight says nothing about the limit.
    if (!fills) return;
    if (this.#mode !== "holding")
      this.#limit = Math.min(this.#ceiling, this.#limit + (this.#mode === "growing" ? growthPerReply : 1 / this.limit));
    if (this.#mode === "growing" && this.#knownMost !== undefined && this.#limit >= this.#knownMost) {
      this.#hold(this.#knownMost, this.#heldBy === "latency" ? "latency" : "refusals");
      this.#knownMost = undefined;
    }
    const window = this.#windows.add(kind, tookMs, inFlight, this.limit);
    if (window !== undefined) this.#judge(window);
  }

  /**
   * The endpoint had no room for a call.
   * @param inFlight Calls in flight, the refused one included.
   * @param isRate True for a 429, which always comes from load. A 503 may have any cause.
   */
  refused({ number }: CallStart, inFlight: number, isRate: boolean): void {
    this.#count(number, true);
    if (this.#burst !== undefined && number <= this.#burst.last) {
      this.#burst.refused++;
      this.#hold(Math.min(this.#limit, this.#burst.inFlight - this.#burst.refused), "refusals");
    } else if (this.#burst === undefined && (isRate || this.#calls > this.#toleratesUntilCall)) {
      const { all, refused } = this.#outcomes;
      // Infinity makes the drop final: backing off from a 429 is right whether it helps or not.
      const shareBefore = isRate ? Infinity : refused / all;
      this.#burst = { last: this.#calls, inFlight, refused: 1, limitBefore: this.#limit, shareBefore };
      this.#outcomes = { all: 0, refused: 0 };
      this.#hold(inFlight - 1, "refusals");
    }
  }

  /**
   * Another endpoint of the pool refused a call. If this endpoint is about as far, it stops growing
   * for a minute. Otherwise it would be refused next, and asked for a pause too.
   * @param calls Calls that the other endpoint takes.
   * @param inFlight Calls in flight at this endpoint.
   */
  otherRefusedBeyond(calls: number, inFlight: number): void {
    if (this.#mode !== "holding" && this.limit >= calls && inFlight <= alike * calls) this.#hold(Math.max(calls, inFlight), "refusals");
  }

  /**
   * The endpoint was away and answers again. The limit grows anew from at most 32, and stops at
   * what the endpoint was known to hold.
   */
  restart(): void {
    this.#knownMost = this.#heldBy === "rows" ? undefined : this.limit;
    this.#setLimit(Math.min(startCalls, this.limit));
    this.#mode = "growing";
    this.#best = this.#burst = undefined;
  }

  #judge(window: ThroughputWindow): void {
    const best = this.#best;
    if (best === undefined) this.#best = window;
    else if (this.#mode === "holding") {
      // The best throughput fades by 1% a window, because rows change along a dataset.
      this.#best = window.throughput > best.throughput ? window : { ...best, throughput: 0.99 * best.throughput };
      if (window.throughput < collapse * best.throughput && best.calls < 0.9 * window.calls) this.#hold(best.calls, "latency");
      else if (this.#now() >= this.#probeAtMs) this.#mode = "probing";
    } else if (window.calls < 1.2 * best.calls) {
      if (window.throughput > best.throughput) this.#best = window;
    } else if (window.throughput / best.throughput - 1 >= worthwhileShare * (window.calls / best.calls - 1)) {
      this.#best = window;
      this.#mode = "growing";
      this.#probeAfterMs = firstProbeMs;
    } else this.#hold(best.calls, "latency");
  }

  #hold(limit: number, why: "latency" | "refusals"): void {
    if (this.#mode === "probing") this.#probeAfterMs = Math.min(2 * this.#probeAfterMs, longestProbeMs);
    this.#mode = "holding";
    this.#heldBy = why;
    this.#probeAtMs = this.#now() + (why === "refusals" ? Math.max(this.#probeAfterMs, firstProbeAfterRefusalMs) : this.#probeAfterMs);
    this.#setLimit(limit);
  }

  #setLimit(limit: number): void {
    this.#limit = Math.max(1, Math.min(this.#ceiling, limit));
    this.#lastUnderOldLimit = this.#calls;
    this.#windows.drop();
  }

  /**
   * Counts a call's outcome. After a drop, once `max(20, limit)` calls have ended, it decides
   * whether the drop helped. Calls of the burst itself are not counted.
   */
  #count(number: number, isRefusal: boolean): void {
    if (this.#burst !== undefined && number <= this.#burst.last) return;
    const outcomes = this.#outcomes;
    outcomes.all++;
    if (isRefusal) outcomes.refused++;
    if (this.#burst !== undefined && outcomes.all >= Math.max(20, this.limit)) {
      if (outcomes.refused / outcomes.all > helpfulPart * this.#burst.shareBefore) {
        this.#setLimit(this.#burst.limitBefore);
        this.#mode = "growing";
        this.#heldBy = "rows";
        this.#toleratesUntilCall = this.#calls + toleratedRoundTrips * this.limit;
      }
      this.#burst = undefined;
    }
    // Halving the counts at 200 makes older calls count less.
    if (outcomes.all >= 200) this.#outcomes = { all: outcomes.all / 2, refused: outcomes.refused / 2 };
  }
}
