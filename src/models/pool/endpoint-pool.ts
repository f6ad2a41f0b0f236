import { ModelError } from "../../errors.ts";
import type { Purpose } from "../../records/purpose.ts";
import type { EndpointLoad } from "./endpoint-load.ts";
import type { Replica } from "../backend.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "../model.ts";
import { startCalls, type CallMark } from "./adaptive-limit.ts";
import { CallQueue, type WaitingCall } from "./call-queue.ts";
import type { Ceiling } from "./ceiling.ts";
import { Endpoint } from "./endpoint.ts";
import { Frontier } from "./proven-calls.ts";
import type { PaceOptions } from "./pace.ts";

export interface EndpointPoolOptions {
  readonly ceiling: Ceiling;
  /** The user's own limits, of each endpoint. */
  readonly pace: PaceOptions;
  readonly onNotice: (text: string) => void;
  /** A request brought no reply. */
  readonly onCallFailed?: ((failure: PoolFailure) => void) | undefined;
  /** An endpoint's limit changed by a quarter or more, or its circuit opened or closed. */
  readonly onLoad?: ((load: EndpointLoad) => void) | undefined;
}

export interface PoolFailure {
  /** The name of the call's purpose. */
  readonly phase: string;
  readonly model: string;
  readonly endpoint: string;
  readonly error: ModelError;
  readonly tookMs: number;
}

/** An endpoint that is paused for a 429 without Retry-After. */
const pauseMs = 250;
const longestPauseMs = 30_000;
/** How long a pool of which no endpoint answers is waited for: one that never did, and one that did before. */
const outageMs = { atFirst: 30_000, later: 300_000 };

interface Waiting extends WaitingCall<Endpoint> {
  readonly tokens: number;
  readonly avoid: readonly Endpoint[];
}

/**
 * Several endpoints of one model as one model. Each call goes to the endpoint where it costs least (slowness and calls at once), within
 * each one's own limit, which is found by trying (`AdaptiveLimit`, one endpoint ahead of the others: `Frontier`), and its pace (`Pace`). What
 * cannot be taken waits here (`CallQueue`); at the end of a run rather for a fast endpoint than on a slow one that would be the last to reply.
 * A call that failed for the endpoint's sake moves on to another one at once, within the step's retry budget. An endpoint that keeps failing is
 * left alone and probed (`CircuitBreaker`).
 */
export function endpointPool(replicas: readonly Replica[], options: EndpointPoolOptions): Model {
  const [first] = replicas;
  if (first === undefined) throw new RangeError("a pool needs an endpoint");
  // The engine of a model in process decides itself how many calls are under way.
  if (first.address === undefined) return first.model;
  const { name, outputForm } = first.model;
  const pool = new EndpointPool(name, replicas, options);
  return {
    name,
    outputForm,
    // Some rows wait: for the disk, or before they ask again. Endpoints must not be short of calls then.
    rowsAtOnce: Math.ceil(1.25 * options.ceiling.most) + 8,
    call: (call, context) => pool.call(call, context),
    close: () => pool.close(),
    loads: () => pool.loads(),
    noMoreRows: () => pool.noMoreRows(),
  };
}

/** A request to an endpoint, that is under way. */
interface Sent {
  readonly endpoint: Endpoint;
  /** The name of the call's purpose. */
  readonly purpose: string;
  /** As many as it is expected to come to. */
  readonly tokens: number;
  readonly mark: CallMark;
  readonly number: number;
  readonly startedMs: number;
}

function begin(endpoint: Endpoint, purpose: string, tokens: number): Sent {
  const mark = endpoint.limit.begin(endpoint.inFlight);
  return { endpoint, purpose, tokens, mark, number: endpoint.pace.begin(tokens), startedMs: performance.now() };
}

class EndpointPool {
  readonly #name: string;
  readonly #options: EndpointPoolOptions;
  readonly #endpoints: readonly Endpoint[];
  readonly #queue = new CallQueue<Waiting>();
  readonly #frontier = new Frontier<Endpoint>(startCalls);
  readonly #outputs = new Map<string, { replies: number; meanTokens: number; meanMs: number }>();
  readonly #told = new Map<Endpoint, EndpointLoad>();
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;
  #lastReplyMs = 0;
  /** What ended all calling. */
  #end: { error: unknown } | undefined;
  /** Since when no endpoint answers. */
  #outage: { sinceMs: number; error: ModelError } | undefined;

  constructor(name: string, replicas: readonly Replica[], options: EndpointPoolOptions) {
    const { ceiling } = options;
    this.#name = name;
    this.#options = options;
    this.#endpoints = replicas.map(({ address = name, model }) => new Endpoint(address, model, ceiling.most, options.pace));
    ceiling.onRoom(() => this.#pump());
  }

  /** How each endpoint fares. */
  loads(): EndpointLoad[] {
    return this.#endpoints.map((endpoint) => endpoint.load());
  }

  noMoreRows(): void {
    this.#isEnding = true;
    this.#queue.noMoreRows();
  }

  async call(call: ModelCall, context: CallContext): Promise<ModelReply> {
    const purpose = context.purpose.name;
    let avoid: readonly Endpoint[] = [];
    const tokens = this.#expectedTokens(call, purpose);
    for (;;) {
      const endpoint = this.#atOnce(context, tokens, avoid) ?? (await this.#turn(context, tokens, avoid));
      const request = begin(endpoint, purpose, tokens);
      let isUnderWay = true;
      try {
        const reply = await endpoint.model.call(call, context);
        isUnderWay = false;
        this.#replied(request, reply);
        // The endpoint can take the next call while this reply is put on disk; the run's ceiling counts what would be paid twice after a crash.
        this.#pump();
        await context.keep?.(reply);
        return reply;
      } catch (error) {
        if (!(error instanceof ModelError)) {
          // A reply that cannot be kept, a spent budget: what waits must not be paid.
          if (isUnderWay) endpoint.inFlight--;
          this.#end = { error };
          this.#queue.rejectAll(error);
          throw error;
        }
        this.#failed(request, error);
        avoid = [...avoid, endpoint];
        const movesOn = error.retryable && this.#endpoints.some((other) => !avoid.includes(other) && other.circuit.state === "closed");
        if (!movesOn || !context.budget.take()) throw error;
      } finally {
        this.#tell(endpoint);
        this.#options.ceiling.release();
      }
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all(this.#endpoints.map(({ model }) => model.close()));
  }

  #replied({ endpoint, purpose, tokens, mark, number, startedMs }: Sent, { tookMs, usage, quota }: ModelReply): void {
    const ms = tookMs ?? performance.now() - startedMs;
    endpoint.requests++;
    endpoint.limit.replied(mark, purpose, ms);
    this.#frontier.replied(mark.inFlight);
    endpoint.learn(ms / this.#learn(purpose, ms, usage.outputTokens));
    endpoint.pace.used(tokens, usage.inputTokens + usage.outputTokens || tokens);
    if (quota) endpoint.pace.learn(quota, number);
    endpoint.inFlight--;
    this.#answered(endpoint);
  }

  #failed({ endpoint, purpose, tokens, mark, number, startedMs }: Sent, error: ModelError): void {
    const { kind, status, retryAfterMs, quota } = error;
    endpoint.requests++;
    endpoint.pace.used(tokens, 0);
    this.#frontier.failed(endpoint);
    if (quota) endpoint.pace.learn(quota, number);
    if (status === 429 || status === 503) {
      endpoint.refused++;
      endpoint.limit.refused(mark, endpoint.inFlight, status === 429);
      if (status === 429) this.#holdOthers(endpoint);
      if (retryAfterMs !== undefined) endpoint.pace.pause(retryAfterMs);
      else if (status === 429) endpoint.pace.pause(Math.min(pauseMs * 2 ** endpoint.refusedInRow++, longestPauseMs));
    } else if (error.retryable) endpoint.failed++;
    endpoint.inFlight--;
    const isBroken = kind === "connection" || kind === "timeout";
    if (isBroken || kind === "server") {
      if (endpoint.circuit.failed(isBroken ? "connection" : "server", error.stops === "at-first")) this.#opened(endpoint, error);
    } else endpoint.circuit.succeeded();
    this.#options.onCallFailed?.({
      phase: purpose,
      model: this.#name,
      endpoint: endpoint.address,
      error,
      tookMs: performance.now() - startedMs,
    });
  }

  /** Those that are like the one that has no room need not be refused, too. */
  #holdOthers(full: Endpoint): void {
    const taken = Math.min(full.limit.limit, this.#frontier.calls);
    for (const other of this.#endpoints) if (other !== full) other.limit.otherRefusedBeyond(taken, other.inFlight);
  }

  #answered(endpoint: Endpoint): void {
    this.#outage = undefined;
    this.#lastReplyMs = performance.now();
    endpoint.refusedInRow = 0;
    endpoint.circuit.succeeded();
    if (!endpoint.isAway) return;
    endpoint.isAway = false;
    endpoint.limit.restart();
    this.#options.onNotice(`${endpoint.address} answers again.`);
  }

  #opened(endpoint: Endpoint, error: ModelError): void {
    if (!endpoint.isAway) this.#options.onNotice(`${error.message}. It is left alone, and tried again from time to time.`);
    endpoint.isAway = true;
    if (this.#endpoints.every(({ circuit }) => circuit.state !== "closed")) this.#outage ??= { sinceMs: performance.now(), error };
  }

  /** An endpoint that can take the call now, taken, when no other call waits. @throws the signal's reason once it is aborted. */
  #atOnce({ purpose, signal }: CallContext, tokens: number, avoid: readonly Endpoint[]): Endpoint | undefined {
    signal.throwIfAborted();
    if (this.#end) throw this.#end.error;
    if (this.#queue.peek() !== undefined || !this.#options.ceiling.hasRoom) return undefined;
    const { endpoint } = this.#choose({ purpose, tokens, avoid });
    if (endpoint !== undefined) this.#take(endpoint);
    return endpoint;
  }

  #take(endpoint: Endpoint): void {
    this.#options.ceiling.take();
    endpoint.inFlight++;
    this.#frontier.began(endpoint, endpoint.inFlight);
    endpoint.circuit.began();
  }

  /** Waits for an endpoint that can take the call, and takes it. @throws the signal's reason when it is aborted meanwhile. */
  #turn({ purpose, signal }: CallContext, tokens: number, avoid: readonly Endpoint[]): Promise<Endpoint> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ purpose, signal, tokens, avoid, resolve, reject });
      this.#pump();
    });
  }

  /** Sends out what can be sent; else comes back when it can. */
  #pump(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (let next = this.#queue.peek(); next !== undefined; next = this.#queue.peek()) {
      if (!this.#options.ceiling.hasRoom) return;
      const { endpoint, readyAtMs } = this.#choose(next);
      if (endpoint === undefined) return this.#comeBack(readyAtMs);
      this.#queue.shift();
      this.#take(endpoint);
      next.resolve(endpoint);
    }
  }

  /** The endpoint where the call costs least; or when one will be able to take it. */
  #choose({ purpose, tokens, avoid }: Pick<Waiting, "purpose" | "tokens" | "avoid">): {
    endpoint: Endpoint | undefined;
    readyAtMs: number;
  } {
    const now = performance.now();
    let best: Endpoint | undefined;
    let bestCost = Infinity;
    let readyAtMs = Infinity;
    for (const endpoint of this.#endpoints) {
      const ready = endpoint.readyAtMs(tokens);
      if (ready > now) {
        readyAtMs = Math.min(readyAtMs, ready);
        continue;
      }
      const cost = endpoint.cost * (avoid.includes(endpoint) ? 1e6 : 1);
      if (cost < bestCost) [best, bestCost] = [endpoint, cost];
    }
    if (best === undefined) return { endpoint: undefined, readyAtMs };
    const followsAtMs = this.#frontier.readyAtMs(best, best.inFlight);
    const fromMs = avoid.length > 0 ? followsAtMs : Math.max(followsAtMs, this.#fasterUntilMs(best, purpose));
    return fromMs > now ? { endpoint: undefined, readyAtMs: Math.min(readyAtMs, fromMs) } : { endpoint: best, readyAtMs };
  }

  /** At the end of a run: until when a call rather waits for a faster endpoint; 0 when this one is as good. */
  #fasterUntilMs(endpoint: Endpoint, { name }: Purpose): number {
    if (!this.#isEnding || !this.#isDoneSoonerBesides(endpoint)) return 0;
    // For as long as the call would take here without a reply from anyone: then the faster ones are not what they were.
    return this.#lastReplyMs + endpoint.slowness * (this.#outputs.get(name)?.meanMs ?? 0);
  }

  /** Whether the endpoints that are faster than this one would be done with all that waits before it was done with one call. */
  #isDoneSoonerBesides({ slowness }: Endpoint): boolean {
    let rate = 0;
    let slowest = 0;
    for (const other of this.#endpoints) {
      if (other.slowness >= slowness || other.hasRoom || other.circuit.state !== "closed") continue;
      rate += other.inFlight / other.slowness;
      slowest = Math.max(slowest, other.slowness);
    }
    return rate > 0 && Math.max(1, this.#queue.size) / rate + slowest < slowness;
  }

  #comeBack(atMs: number): void {
    const now = performance.now();
    if (this.#outage !== undefined && now - this.#outage.sinceMs > (this.#lastReplyMs > 0 ? outageMs.later : outageMs.atFirst)) {
      const { message, kind } = this.#outage.error;
      const seconds = Math.round((now - this.#outage.sinceMs) / 1000);
      this.#queue.rejectAll(new ModelError(kind, `${message}. No call has succeeded for ${seconds} s`, { stops: "always" }));
      return;
    }
    if (atMs !== Infinity) this.#timer = setTimeout(() => this.#pump(), Math.max(1, atMs - now));
  }

  #expectedTokens({ messages, sampling }: ModelCall, purpose: string): number {
    let characters = 0;
    for (const { content } of messages) characters += content.length;
    return characters / 4 + (this.#outputs.get(purpose)?.meanTokens ?? sampling.maxOutputTokens / 2);
  }

  /** Takes note of a reply; returns the mean time of such replies over the pool, in milliseconds. */
  #learn(purpose: string, tookMs: number, outputTokens: number): number {
    const known = this.#outputs.get(purpose) ?? { replies: 0, meanTokens: 0, meanMs: 0 };
    const replies = known.replies + 1;
    const share = Math.max(0.02, 1 / replies);
    const meanMs = known.meanMs + (tookMs - known.meanMs) * share;
    this.#outputs.set(purpose, { replies, meanTokens: known.meanTokens + (outputTokens - known.meanTokens) * share, meanMs });
    return Math.max(0.01, meanMs);
  }

  #tell(endpoint: Endpoint): void {
    const { onLoad } = this.#options;
    if (onLoad === undefined) return;
    const told = this.#told.get(endpoint);
    const circuit = endpoint.circuit.state;
    const limit = endpoint.limit.limit;
    if (told !== undefined && told.circuit === circuit && Math.abs(limit - told.limit) < 0.25 * told.limit) return;
    const load = endpoint.load();
    this.#told.set(endpoint, load);
    onLoad(load);
  }
}
