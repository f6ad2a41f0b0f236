import { ModelError } from "../../errors.ts";
import type { BatchPort } from "../../models/batch-port.ts";
import { addressOf } from "../../models/call-address.ts";
import { CallWaits } from "../../models/call-waits.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "../../models/model.ts";
import type { BatchServer } from "../../models/openai/batch-http.ts";
import { lineRoute } from "../../models/openai/batch-wire.ts";
import type { OpenedBudget } from "../../models/spending/open-budget.ts";
import { needOf, useOf } from "../../models/spending/with-budget.ts";
import type { BatchLog } from "../../runs/batches/batch-log.ts";
import type { FoundLine } from "../../runs/batches/reply-file.ts";
import { isBatched, type BatchOptions } from "./batch-options.ts";
import type { OpenBatch } from "./open-batch.ts";
import type { Wave } from "./wave.ts";

export interface BatchLaneOptions {
  readonly batch: BatchOptions;
  readonly port: BatchPort;
  /** The servers of all replicas. Batches go to the first, which is the port's. */
  readonly servers: readonly BatchServer[];
  readonly budget: OpenedBudget | undefined;
  readonly log: BatchLog;
  /** Retries of one call. */
  readonly maxRetries: number;
  /** Files of requests that grow during this pass. */
  readonly wave: () => Wave;
  /** Batches that are not taken yet. */
  readonly batches: () => readonly OpenBatch[];
  /** Whether calls that are in no batch are made online. */
  readonly isOnline: () => boolean;
}

/** Addresses that failed in a way that is worth another try, by the number of their batch. */
type Failed = Map<number, string[]>;

/**
 * The calls of one model in batches. A call whose batch has ended is answered by the batch's
 * replies, as the server would have answered it. Any other call joins the wave, and its row waits.
 */
export class BatchLane {
  readonly port: BatchPort;
  readonly model: string;
  readonly failed: Failed = new Map();
  readonly #online: Model;
  readonly #options: BatchLaneOptions;

  constructor(online: Model, options: BatchLaneOptions) {
    this.port = options.port;
    this.model = online.name;
    this.#online = online;
    this.#options = options;
  }

  /** The server of an address, such as an open batch is at. */
  serverAt(address: string | undefined): BatchServer | undefined {
    return this.#options.servers.find((server) => server.address === address);
  }

  /** The model whose calls go this way. */
  get asModel(): Model {
    return { ...this.#online, call: (call, context) => this.#call(call, context) };
  }

  async #call(call: ModelCall, context: CallContext): Promise<ModelReply> {
    const { batch, isOnline, batches, log, maxRetries } = this.#options;
    if (!isBatched(batch, context.purpose)) return this.#askOnline(call, context);
    const address = addressOf(this.model, call);
    let isLeftOut = false;
    for (const open of batches()) {
      const line = open.find(address);
      isLeftOut ||= line === undefined && open.record.state === "completed" && open.requests.has(address);
      const reply = line && (await this.#read(call, address, line, open));
      if (reply !== undefined) return reply;
    }
    const failures = log.failures(address);
    if (isLeftOut && failures >= maxRetries) throw new ModelError("bad-reply", `${failures + 1} batches brought no reply to the call`);
    if (isOnline()) return this.#askOnline(call, context);
    if (!batches().some((open) => open.isOpen && open.requests.has(address))) this.#join(call, address);
    throw new CallWaits();
  }

  #askOnline(call: ModelCall, context: CallContext): Promise<ModelReply> {
    const { budget } = this.#options;
    budget?.budget.putOffIfFull(needOf(call, budget.priceOf(this.model)));
    return this.#online.call(call, context);
  }

  /** @returns Undefined when the call is to be asked again. */
  async #read(call: ModelCall, address: string, line: FoundLine, open: OpenBatch): Promise<ModelReply | undefined> {
    const { budget, log, maxRetries } = this.#options;
    try {
      const reply = await this.port.read(call, line, open.record.spoken);
      open.read(address, line, reply && useOf(call, reply, budget?.priceOf(this.model), "batch"));
      return reply;
    } catch (error) {
      open.read(address, line);
      // What it says of the account, the server or the rules of the provider may be mended since.
      if (error instanceof ModelError && open.isOld) return undefined;
      if (!(error instanceof ModelError) || !error.retryable || log.failures(address) >= maxRetries) throw error;
      this.failed.set(open.record.batch, [...(this.failed.get(open.record.batch) ?? []), address]);
      return undefined;
    }
  }

  /**
   * @throws BudgetSpent when the budget does not allow the call.
   * @throws CallWaits when it does not fit beside the calls that are open.
   */
  #join(call: ModelCall, address: string): void {
    const { budget, wave } = this.#options;
    const files = wave();
    if (files.has(address)) return;
    // The most that it can use in a batch.
    const need = needOf(call, budget?.priceOf(this.model), "batch");
    budget?.budget.reserveForBatch(need);
    files.add(this, { address, route: lineRoute, body: this.port.body(call), need });
  }
}
