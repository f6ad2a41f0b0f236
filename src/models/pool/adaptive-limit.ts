import type { LoadLimit } from "./endpoint-load.ts";
import { Rounds, type Round } from "./throughput-windows.ts";

export interface AdaptiveLimitOptions {
  /** Never more calls at once than this. */
  readonly ceiling: number;
  /** Milliseconds on a clock that never jumps. Default `performance.now`. */
  readonly now?: () => number;
}

/** Stands for a call from its beginning. */
export interface CallMark {
  readonly number: number;
  /** Calls at once when it began, it counted. How long it takes is what comes of that. */
  readonly inFlight: number;
  /** The endpoint was full with it, or nearly so. */
  readonly fills: boolean;
}

/** Calls at once to begin with. */
export const startCalls = 32;
/** While growing, each reply makes room for this many more calls: 32 calls at once become 96 in one round trip. */
const growthPerReply = 2;
/** A larger limit must bring at least this share of what it would bring if calls did not hinder each other. */
const worthwhileShare = 0.3;
/** Throughput this far under the best one seen says that the endpoint is worse off. */
const collapse = 0.7;
const firstProbeMs = 15_000;
/** A refusal costs more than a reply that is a little late: the server may ask for a pause. */
const firstProbeAfterRefusalMs = 60_000;
const longestProbeMs = 300_000;
/** Endpoints are taken to be alike while one has at most this many times the calls that another one refused. */
const alike = 1.25;
/** Backing off helps when the share of refusals falls under this part of what it was. */
const helpfulPart = 0.5;
/** Round trips for which 503 are put up with, once backing off did not help. */
const indifferentRounds = 30;

/** Refusals of calls that were begun before the limit was lowered for the first of them. */
interface Burst {
  /** The last call begun before. */
  readonly last: number;
  readonly inFlight: number;
  refused: number;
  readonly limitBefore: number;
  readonly shareBefore: number;
}

/**
 * How many calls one endpoint may hold at once, found by trying.
 *
 * - It begins at 32 and triples every round trip, until it meets the ceiling, a refusal (429, 503), or a latency that rises as fast as the
 *   number of calls: then throughput has stopped growing, and more calls at once would only wait.
 * - A burst of refusals makes it back off once, to the calls that were not refused. It tries one more after a minute, then after longer.
 *   An endpoint beside it that has come as far stays there for a minute, too.
 * - 503 that stay as frequent after backing off have nothing to do with the number of calls: it goes back, and puts up with them for a while.
 * - When throughput falls far below the best one seen, it goes back to where that was.
 */
export class AdaptiveLimit {
  readonly #ceiling: number;
  readonly #now: () => number;
  readonly #rounds = new Rounds();
  #limit: number;
  #heldBy: "rows" | "latency" | "refusals" = "rows";
  #mode: "growing" | "probing" | "holding" = "growing";
  #calls = 0;
  /** Calls up to this number were begun under another limit, and say nothing about this one. */
  #before = 0;
  #best: Round | undefined;
  #burst: Burst | undefined;
  #outcomes = { all: 0, refused: 0 };
  #indifferentUntil = 0;
  #probeAtMs = 0;
  /** What it held before it was away. */
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

  /** @param inFlight Calls at once, this one counted. */
  begin(inFlight: number): CallMark {
    return { number: ++this.#calls, inFlight, fills: inFlight >= 0.8 * this.limit };
  }

  /** A reply came, of a kind of call (phase). */
  replied({ number, inFlight, fills }: CallMark, kind: string, tookMs: number): void {
    this.#count(number, false);
    if (number <= this.#before) return;
    // A limit that is not used is not tried.
    if (!fills) return;
    if (this.#mode !== "holding")
      this.#limit = Math.min(this.#ceiling, this.#limit + (this.#mode === "growing" ? growthPerReply : 1 / this.limit));
    if (this.#mode === "growing" && this.#knownMost !== undefined && this.#limit >= this.#knownMost) {
      this.#hold(this.#knownMost, this.#heldBy === "latency" ? "latency" : "refusals");
      this.#knownMost = undefined;
    }
    const round = this.#rounds.add(kind, tookMs, inFlight, this.limit);
    if (round !== undefined) this.#judge(round);
  }

  /**
   * The endpoint had no room for a call.
   * @param inFlight Calls at once, this one counted.
   * @param isRate 429, which is about load for certain; a 503 may come for any reason.
   */
  refused({ number }: CallMark, inFlight: number, isRate: boolean): void {
    this.#count(number, true);
    if (this.#burst !== undefined && number <= this.#burst.last) {
      this.#burst.refused++;
      this.#hold(Math.min(this.#limit, this.#burst.inFlight - this.#burst.refused), "refusals");
    } else if (this.#burst === undefined && (isRate || this.#calls > this.#indifferentUntil)) {
      const { all, refused } = this.#outcomes;
      // Backing off from a 429 is right whether it helps or not.
      const shareBefore = isRate ? Infinity : refused / all;
      this.#burst = { last: this.#calls, inFlight, refused: 1, limitBefore: this.#limit, shareBefore };
      this.#outcomes = { all: 0, refused: 0 };
      this.#hold(inFlight - 1, "refusals");
    }
  }

  /**
   * Another endpoint of the pool had no room for more than so many calls. Endpoints of a pool are mostly alike: one that has come about as far
   * waits before it grows on, instead of being refused, and asked for a pause, too.
   * @param inFlight Calls at once here.
   */
  otherRefusedBeyond(calls: number, inFlight: number): void {
    if (this.#mode !== "holding" && this.limit >= calls && inFlight <= alike * calls) this.#hold(Math.max(calls, inFlight), "refusals");
  }

  /** The endpoint was away, and is back: it begins anew, and stops at what it was known to hold. */
  restart(): void {
    this.#knownMost = this.#heldBy === "rows" ? undefined : this.limit;
    this.#setLimit(Math.min(startCalls, this.limit));
    this.#mode = "growing";
    this.#best = this.#burst = undefined;
  }

  #judge(round: Round): void {
    const best = this.#best;
    if (best === undefined) this.#best = round;
    else if (this.#mode === "holding") {
      // The best fades, because rows change along a dataset.
      this.#best = round.throughput > best.throughput ? round : { ...best, throughput: 0.99 * best.throughput };
      if (round.throughput < collapse * best.throughput && best.calls < 0.9 * round.calls) this.#hold(best.calls, "latency");
      else if (this.#now() >= this.#probeAtMs) this.#mode = "probing";
    } else if (round.calls < 1.2 * best.calls) {
      if (round.throughput > best.throughput) this.#best = round;
    } else if (round.throughput / best.throughput - 1 >= worthwhileShare * (round.calls / best.calls - 1)) {
      this.#best = round;
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
    this.#before = this.#calls;
    this.#rounds.drop();
  }

  /** Counts outcomes, and once enough came after backing off, judges whether it helped. */
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
        this.#indifferentUntil = this.#calls + indifferentRounds * this.limit;
      }
      this.#burst = undefined;
    }
    // What was long ago counts less.
    if (outcomes.all >= 200) this.#outcomes = { all: outcomes.all / 2, refused: outcomes.refused / 2 };
  }
}
