import { ModelError } from "../../errors.ts";
import { CallWaits } from "../call-waits.ts";
import type { Purpose } from "../../records/purpose.ts";
import type { EndpointLoad } from "./endpoint-load.ts";
import type { Replica } from "../backend.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "../model.ts";
import { startCalls } from "./adaptive-limit.ts";
import { CallQueue, type WaitingCall } from "./call-queue.ts";
import type { Ceiling } from "./ceiling.ts";
import { Endpoint } from "./endpoint.ts";
import { EqualRefusals } from "./equal-refusals.ts";
import type { PaceOptions } from "./pace.ts";
import { ProvenCalls } from "./proven-calls.ts";
import { RateLimitWait } from "./rate-limit-wait.ts";
import { beginRequest, type SentRequest } from "./sent-request.ts";

export interface EndpointPoolOptions {
  readonly ceiling: Ceiling;
  /** The user's own limits for each endpoint. */
  readonly pace: PaceOptions;
  readonly onNotice: (text: string) => void;
  /** Called for each request that brought no reply. */
  readonly onCallFailed?: ((failure: PoolFailure) => void) | undefined;
  /** Called when an endpoint's limit changed by 25% or more, or its circuit changed its state. */
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

/**
 * The pause after a 429 without `Retry-After`. Each further 429 without a reply between them
 * doubles it, so the pauses are 250 ms, 500 ms, 1 s and so on up to 30 s.
 */
const pauseMs = 250;
const longestPauseMs = 30_000;
/** Once no endpoint has answered for this long, calls fail. `later` applies after a first reply. */
const outageMs = { atFirst: 30_000, later: 300_000 };
/** Makes an endpoint that already failed a call the last choice for that call. */
const avoidedCostFactor = 1e6;
/** How often a pool whose calls all wait looks at how long they have waited. */
const lookEveryMs = 60_000;
/** Weight of the newest reply in the pool's means. They cover about the last 50 replies. */
const newestWeight = 0.02;

interface Waiting extends WaitingCall<Endpoint> {
  /** Tokens that the call is expected to use. */
  readonly tokens: number;
  /** Endpoints where the call has failed. */
  readonly avoid: readonly Endpoint[];
}

/**
 * Several endpoints of one model as one model. docs/endpoints.md shows the states of an endpoint.
 *
 * - Each call goes to the endpoint where it costs least, by slowness and calls in flight
 *   (`Endpoint.cost`).
 * - Each endpoint has a limit that is found by trying (`AdaptiveLimit`). Only one endpoint at a
 *   time tries more calls than are known to be taken (`ProvenCalls`).
 * - Each endpoint has a pace for quotas and pauses (`Pace`).
 * - An endpoint that keeps failing gets no calls but a probe from time to time (`CircuitBreaker`).
 * - A call that no endpoint can take waits (`CallQueue`). At the end of a run a call also waits for
 *   a fast endpoint if a slow one would reply later.
 * - A call that failed with a retryable error moves to another endpoint at once. That takes one
 *   retry of the step's budget.
 */
export function endpointPool(replicas: readonly Replica[], options: EndpointPoolOptions): Model {
  const [first] = replicas;
  if (first === undefined) throw new RangeError("a pool needs an endpoint");
  // The engine of a model in process decides itself how many calls are under way.
  if (first.address === undefined) return first.model;
  const { name, outputForm, questionsAtOnce, request } = first.model;
  const pool = new EndpointPool(name, replicas, options);
  return {
    name,
    outputForm,
    questionsAtOnce,
    request,
    // Some rows wait for the disk or before a retry. 25% more rows keep the endpoints busy
    // meanwhile.
    rowsAtOnce: Math.ceil(1.25 * options.ceiling.most) + 8,
    call: (call, context) => pool.call(call, context),
    close: () => pool.close(),
    loads: () => pool.loads(),
    noMoreRows: () => pool.noMoreRows(),
  };
}

class EndpointPool {
  readonly #name: string;
  readonly #options: EndpointPoolOptions;
  readonly #endpoints: readonly Endpoint[];
  readonly #queue = new CallQueue<Waiting>();
  readonly #proven = new ProvenCalls<Endpoint>(startCalls);
  readonly #refusals = new EqualRefusals();
  readonly #limited: RateLimitWait;
  readonly #outputs = new Map<string, { replies: number; meanTokens: number; meanMs: number }>();
  /** The load that `onLoad` was last called with. */
  readonly #told = new Map<Endpoint, EndpointLoad>();
  #timer: NodeJS.Timeout | undefined;
  #preparing: Promise<unknown> | undefined;
  #isPrepared: boolean;
  #isEnding = false;
  #lastReplyMs = 0;
  /** The error that every further call fails with. */
  #end: { error: unknown } | undefined;
  /** Since when no circuit is closed, and the error that opened the last of them. */
  #outage: { sinceMs: number; error: ModelError } | undefined;

  constructor(name: string, replicas: readonly Replica[], options: EndpointPoolOptions) {
    const { ceiling } = options;
    this.#name = name;
    this.#options = options;
    this.#limited = new RateLimitWait(options.onNotice);
    this.#endpoints = replicas.map(({ address = name, model }) => new Endpoint(address, model, ceiling.most, options.pace));
    this.#isPrepared = replicas.every(({ model }) => model.prepare === undefined);
    ceiling.onRoom(() => this.#pump());
  }

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
    if (!this.#isPrepared) await this.#prepare();
    for (;;) {
      const endpoint = this.#atOnce(context, tokens, avoid) ?? (await this.#turn(context, tokens, avoid));
      const request = beginRequest(endpoint, purpose, tokens, this.#refusals.began(purpose));
      let isUnderWay = true;
      try {
        const reply = await endpoint.model.call(call, context);
        isUnderWay = false;
        this.#replied(request, reply);
        // The endpoint takes its next call while this reply is put on disk. The ceiling still
        // counts this call, because a crash now would make it be paid twice.
        this.#pump();
        await context.keep?.(reply);
        return reply;
      } catch (error) {
        if (error instanceof CallWaits) {
          // The budget has put the call off, which says nothing of the endpoint.
          this.#proven.failed(endpoint);
          this.#refusals.ended(request.begun);
          endpoint.unsent(tokens);
          throw error;
        }
        if (!(error instanceof ModelError)) {
          // The reply cannot be put on disk, or the budget is spent. No waiting call may be paid.
          if (isUnderWay) endpoint.inFlight--;
          this.#end = { error };
          this.#queue.rejectAll(error);
          throw error;
        }
        this.#failed(request, error);
        const end = this.#refusals.failed(request.begun, purpose, error) ?? this.#limited.check();
        if (end) throw end;
        avoid = [...avoid, endpoint];
        const movesOn = error.retryable && this.#endpoints.some((other) => !avoid.includes(other) && other.circuit.state === "closed");
        if (!movesOn || !context.budget.take()) throw error;
      } finally {
        this.#tell(endpoint);
        this.#options.ceiling.release();
      }
    }
  }

  async #prepare(): Promise<void> {
    this.#preparing ??= Promise.all(this.#endpoints.map(async ({ model }) => model.prepare?.()));
    await this.#preparing;
    this.#isPrepared = true;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.all(this.#endpoints.map(({ model }) => model.close()));
  }

  #replied({ endpoint, purpose, tokens, start, number, startedMs, begun }: SentRequest, { tookMs, usage, quota }: ModelReply): void {
    const ms = tookMs ?? performance.now() - startedMs;
    endpoint.requests++;
    this.#refusals.answered(begun);
    this.#limited.replied();
    endpoint.limit.replied(start, purpose, ms);
    this.#proven.replied(start.inFlight);
    endpoint.learn(ms / this.#learn(purpose, ms, usage.outputTokens));
    endpoint.pace.used(tokens, usage.inputTokens + usage.outputTokens || tokens);
    if (quota) endpoint.pace.learn(quota, number);
    endpoint.inFlight--;
    this.#answered(endpoint);
  }

  #failed({ endpoint, purpose, tokens, start, number, startedMs }: SentRequest, error: ModelError): void {
    const { kind, status, retryAfterMs, quota } = error;
    endpoint.requests++;
    endpoint.pace.used(tokens, 0);
    this.#proven.failed(endpoint);
    if (quota) endpoint.pace.learn(quota, number);
    const isLimited = kind === "rate-limit";
    if (isLimited || status === 503) {
      endpoint.refused++;
      endpoint.limit.refused(start, endpoint.inFlight, isLimited);
      if (isLimited) this.#limited.refused(error);
      if (isLimited) this.#holdOthers(endpoint);
      if (retryAfterMs !== undefined) endpoint.pace.pause(retryAfterMs);
      else if (isLimited) endpoint.pace.pause(Math.min(pauseMs * 2 ** endpoint.refusedInRow++, longestPauseMs));
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

  /** Endpoints that hold about as many calls as `full` stop growing before they are refused too. */
  #holdOthers(full: Endpoint): void {
    const taken = Math.min(full.limit.limit, this.#proven.calls);
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

  /**
   * Takes an endpoint for the call, if one has room and no other call waits.
   * @throws The signal's reason once it is aborted.
   */
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
    this.#proven.began(endpoint, endpoint.inFlight);
    endpoint.circuit.began();
  }

  /**
   * Waits for an endpoint that can take the call, and takes it.
   * @throws The signal's reason if it is aborted meanwhile.
   */
  #turn({ purpose, signal }: CallContext, tokens: number, avoid: readonly Endpoint[]): Promise<Endpoint> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ purpose, signal, tokens, avoid, resolve, reject });
      this.#pump();
    });
  }

  /** Hands endpoints to waiting calls. Sets a timer for the next call when no endpoint is ready. */
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

  /** The endpoint where the call costs least, or the time at which one can take the call. */
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
      const cost = endpoint.cost * (avoid.includes(endpoint) ? avoidedCostFactor : 1);
      if (cost < bestCost) [best, bestCost] = [endpoint, cost];
    }
    if (best === undefined) return { endpoint: undefined, readyAtMs };
    const followsAtMs = this.#proven.readyAtMs(best, best.inFlight);
    const fromMs = avoid.length > 0 ? followsAtMs : Math.max(followsAtMs, this.#fasterUntilMs(best, purpose));
    return fromMs > now ? { endpoint: undefined, readyAtMs: Math.min(readyAtMs, fromMs) } : { endpoint: best, readyAtMs };
  }

  /**
   * Until when a call at the end of a run waits for an endpoint that is faster than `endpoint`. 0
   * when waiting does not pay, or rows are left to begin.
   */
  #fasterUntilMs(endpoint: Endpoint, { name }: Purpose): number {
    if (!this.#isEnding || !this.#isDoneSoonerBesides(endpoint)) return 0;
    // If no reply comes for as long as the call would take here, the faster endpoints are no longer
    // fast, and the wait ends.
    return this.#lastReplyMs + endpoint.slowness * (this.#outputs.get(name)?.meanMs ?? 0);
  }

  /**
   * Whether the faster endpoints would finish all waiting calls before this one finished a single
   * call. Times are in units of the pool's mean latency. With 2 calls waiting, an endpoint of
   * slowness 0.5 with 10 calls in flight ends 20 calls per unit, and needs 2 / 20 + 0.5 = 0.6
   * units. An endpoint of slowness 1 needs 1 unit, so the calls wait.
   */
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
    const end = this.#limited.check();
    if (end) return this.#queue.rejectAll(end);
    if (atMs !== Infinity) this.#timer = setTimeout(() => this.#pump(), Math.min(Math.max(1, atMs - now), lookEveryMs));
  }

  /** Four characters count as a token. The reply counts as long as the purpose's mean. */
  #expectedTokens({ messages, sampling }: ModelCall, purpose: string): number {
    let characters = 0;
    for (const { content } of messages) characters += content.length;
    return characters / 4 + (this.#outputs.get(purpose)?.meanTokens ?? sampling.maxOutputTokens / 2);
  }

  /** Adds a reply to the means of its purpose. Returns the mean latency in milliseconds. */
  #learn(purpose: string, tookMs: number, outputTokens: number): number {
    const known = this.#outputs.get(purpose) ?? { replies: 0, meanTokens: 0, meanMs: 0 };
    const replies = known.replies + 1;
    const share = Math.max(newestWeight, 1 / replies);
    const meanMs = known.meanMs + (tookMs - known.meanMs) * share;
    this.#outputs.set(purpose, { replies, meanTokens: known.meanTokens + (outputTokens - known.meanTokens) * share, meanMs });
    return Math.max(0.01, meanMs);
  }

  /** Calls `onLoad` when the endpoint's load has changed enough. */
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
