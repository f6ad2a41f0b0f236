import type { ModelError } from "../../errors.ts";

/** So many equal refusals in a row, and no reply, show that no call of a purpose can succeed. */
const enough = 10;

/** The calls of one purpose until the first of them is answered. */
class UnansweredCalls {
  isAnswered = false;
  /** What the last refusals said. */
  words = "";
  equal = 0;
  /** Calls under way that began before the refusals were enough, and since. */
  before = 0;
  since = 0;
  /** Counts how often the refusals were enough. */
  era = 0;
}

/** A call that has begun. */
export interface BegunCall {
  readonly calls: UnansweredCalls;
  readonly era: number;
}

/**
 * Tells when a server refuses every call of a purpose with the same words. Calls that began before
 * that are waited for, because a refusal comes sooner than a reply. A refusal that is due to one
 * row, such as a provider's moderation, comes among replies to other rows.
 */
export class EqualRefusals {
  readonly #purposes = new Map<string, UnansweredCalls>();

  /** @param purpose The name of the call's purpose. */
  began(purpose: string): BegunCall {
    let calls = this.#purposes.get(purpose);
    if (calls === undefined) this.#purposes.set(purpose, (calls = new UnansweredCalls()));
    calls.since++;
    return { calls, era: calls.era };
  }

  answered({ calls }: BegunCall): void {
    calls.isAnswered = true;
  }

  /** A call is no longer under way. */
  ended({ calls, era }: BegunCall): void {
    if (era === calls.era) calls.since--;
    else calls.before--;
  }

  /**
   * A call brought no reply.
   * @returns The error that ends the run, once it is sure that no call can succeed.
   */
  failed({ calls, era }: BegunCall, purpose: string, error: ModelError): ModelError | undefined {
    this.ended({ calls, era });
    if (calls.isAnswered) return undefined;
    if (error.kind !== "bad-request" && error.kind !== "bad-reply") return undefined;
    // Numbers of requests differ, and so do the numbers in hosts' names.
    const words = error.message.replace(/[0-9a-f]{8,}|\d+/gi, "#");
    calls.equal = words === calls.words ? calls.equal + 1 : 1;
    calls.words = words;
    if (calls.equal === enough) {
      calls.era++;
      calls.before += calls.since;
      calls.since = 0;
    }
    if (calls.equal < enough || calls.before > 0) return undefined;
    const message = `${error.message}. The first calls of ${purpose} were all refused in these words`;
    return error.saying(message, { retryable: false, stops: "always" });
  }
}
