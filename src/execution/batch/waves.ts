import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ModelError, SysGenError, messageOf } from "../../errors.ts";
import type { BatchPort } from "../../models/batch-port.ts";
import type { Model } from "../../models/model.ts";
import { BatchClient } from "../../models/openai/batch-client.ts";
import { batchWireSchema } from "../../models/openai/batch-wire.ts";
import type { BatchJob } from "../../models/openai/batch-job.ts";
import type { OpenedBudget } from "../../models/spending/open-budget.ts";
import type { BatchLog, BatchRecord } from "../../runs/batches/batch-log.ts";
import { noteLate, type Late } from "../../runs/batches/batch-status.ts";
import type { Store } from "../../runs/store.ts";
import type { RunStop } from "../run-stop.ts";
import { BatchLane } from "./batch-lane.ts";
import { isBatched, mostBytes, mostRequests, type BatchOptions } from "./batch-options.ts";
import { failureOf } from "./batch-failure.ts";
import { OpenBatch, type BatchFiles } from "./open-batch.ts";
import { openWords } from "./batch-words.ts";
import { Wave, type WavePart } from "./wave.ts";

export interface WavesOptions {
  readonly batch: BatchOptions;
  /** Takes replies of batches that an earlier command had sent, and makes all calls online. */
  readonly onlyTakes: boolean;
  readonly store: Store;
  readonly budget: OpenedBudget | undefined;
  readonly maxRetries: number;
  readonly stop: RunStop;
  readonly onNotice: (text: string) => void;
}

/** The first look at open batches comes after this. Each further one waits half as long again. */
const firstLookMs = 100;
const longestLookMs = 60_000;
/** A file of replies that was written to so recently may still grow. */
const growingMs = 60_000;
/** A next pass may take this share of the time, while other batches are open. */
const passShare = 0.1;

/**
 * A session whose calls go up in waves. A pass walks all rows, and a call that the journal does not
 * hold joins the wave. Between two passes the wave is sent as batches, and replies come back. Every
 * step is noted in batches.jsonl before the next one is made.
 */
export class Waves {
  readonly #options: WavesOptions;
  readonly #log: BatchLog;
  readonly #lanes: BatchLane[] = [];
  readonly #clients = new Map<BatchLane, BatchClient>();
  #batches: OpenBatch[] = [];
  #wave: Wave | undefined;
  #isOnline: boolean;
  /** What was paid online when the session went online for the calls that are left. */
  #before: Late | undefined;
  #mostRequests = mostRequests;
  #oneAtATime = false;
  #passBeganMs = 0;

  constructor(options: WavesOptions) {
    this.#options = options;
    this.#isOnline = options.onlyTakes;
    this.#log = options.store.batches;
    mkdirSync(options.store.files.batchFolder, { recursive: true });
  }

  /** The model with its calls in batches. A model in process takes none, and stays as it is. */
  lane(online: Model, port: BatchPort | undefined): Model {
    if (port === undefined) return online;
    const { batch, budget, maxRetries } = this.#options;
    const lane = new BatchLane(online, {
      batch,
      port,
      budget,
      log: this.#log,
      maxRetries,
      wave: () => (this.#wave ??= this.#newWave()),
      batches: () => this.#batches,
      isOnline: () => this.#isOnline,
    });
    this.#lanes.push(lane);
    return lane.asModel;
  }

  /** Goes on where an earlier process ended. To be called before the first pass. */
  async begin(): Promise<void> {
    const { batch } = this.#options;
    for (const record of this.#log.all) {
      const lane = this.#laneOf(record);
      lane?.port.speak(record.spoken);
      if (record.session !== batch.session || record.step === "taken") continue;
      if (lane === undefined) {
        if (this.#isOnline) continue;
        throw elsewhere(record);
      }
      const open = this.#open(record);
      const isKept = (address: string): boolean => this.#options.store.journal.get(address) !== undefined;
      const kept = open.isOpen ? 0 : open.loadReplies(isKept).counts.kept;
      open.reserve(1 - kept / record.requests);
    }
    await this.#guarded(async () => {
      if (!this.#isOnline) await this.#submit();
      await this.#look();
    });
    const open = this.#batches.filter(({ isOpen }) => isOpen);
    if (this.#isOnline && open.length > 0)
      this.#options.onNotice(
        `${openWords(open, batch)} Without --batch its calls are made online too, and paid twice unless the batch is cancelled (sysgen batches --cancel).`,
      );
    this.#passBeganMs = performance.now();
  }

  /** After a pass. Returns true when another pass finds new replies. */
  async next(): Promise<boolean> {
    const { stop, batch, store } = this.#options;
    const passMs = performance.now() - this.#passBeganMs;
    if (stop.rows.aborted || stop.fatal !== undefined) return false;
    await store.journal.settled();
    const goesOn = await this.#guarded(async () => {
      await this.#take();
      if (this.#isOnline) return this.#endOnline();
      const waiting = this.#wave?.requests ?? 0;
      const isLate = waiting > 0 && waiting < batch.least;
      if (isLate && !this.#isAnyOpen) return this.#goOnline(waiting);
      if (!isLate) await this.#closeWave();
      await this.#submit();
      return this.#isAnyOpen && (await this.#untilReplies(passMs));
    });
    this.#passBeganMs = performance.now();
    return goesOn ?? false;
  }

  async close(): Promise<void> {
    this.#wave?.discard();
    for (const open of this.#batches) open.close();
    await Promise.all(Array.from(this.#clients.values(), (client) => client.close()));
  }

  get #isAnyOpen(): boolean {
    return this.#batches.some(({ isOpen }) => isOpen);
  }

  /** The few calls that are left are made online, because a batch may take a day. */
  #goOnline(calls: number): boolean {
    const { batch, onNotice } = this.#options;
    this.#wave?.discard();
    this.#wave = undefined;
    this.#isOnline = true;
    this.#before = this.#paidOnline();
    onNotice(
      `${calls} calls wait, fewer than --batch-least ${batch.least}, so they and what follows them are made online, at full price and without the wait for a batch. --batch-least 0 puts them in a batch.`,
    );
    return true;
  }

  /** Notes what was made online although it might have waited for a batch. */
  #endOnline(): boolean {
    const before = this.#before;
    if (before === undefined) return false;
    const late = this.#paidOnline().map(({ model, calls, inputTokens, outputTokens }) => {
      const earlier = before.find((known) => known.model === model) ?? { calls: 0, inputTokens: 0, outputTokens: 0 };
      return {
        model,
        calls: calls - earlier.calls,
        inputTokens: inputTokens - earlier.inputTokens,
        outputTokens: outputTokens - earlier.outputTokens,
      };
    });
    noteLate(
      this.#options.store,
      late.filter(({ calls }) => calls > 0),
    );
    this.#before = undefined;
    return false;
  }

  /** Paid calls that go into batches as a rule and were made online, by model. */
  #paidOnline(): Late {
    const sums = new Map<string, Late[number]>();
    for (const { lane, phase, model, calls, inputTokens, outputTokens } of this.#options.store.journal.countPaid()) {
      if (lane !== undefined || !isBatched(this.#options.batch, { name: phase, rank: 0 })) continue;
      const sum = sums.get(model) ?? { model, calls: 0, inputTokens: 0, outputTokens: 0 };
      sums.set(model, {
        model,
        calls: sum.calls + calls,
        inputTokens: sum.inputTokens + inputTokens,
        outputTokens: sum.outputTokens + outputTokens,
      });
    }
    return [...sums.values()];
  }

  #newWave(): Wave {
    const first = 1 + this.#log.all.reduce((most, { batch }) => Math.max(most, batch), 0);
    const most = { requests: this.#mostRequests, bytes: mostBytes };
    return new Wave({ path: (number) => this.#filesOf(number).requests, first, most, budget: this.#options.budget?.budget });
  }

  /** Notes the files of the wave. From here on their calls are asked for once. */
  async #closeWave(): Promise<void> {
    const { batch } = this.#options;
    if (this.#wave === undefined) return;
    const wave = 1 + this.#log.all.reduce((most, record) => (record.session === batch.session ? Math.max(most, record.wave) : most), 0);
    const parts = this.#wave.close();
    this.#wave = undefined;
    for (const part of parts) {
      const record = await this.#log.note(this.#begun(part, wave));
      this.#open(record).holds(part.reserved);
    }
  }

  #begun({ number, lane, spoken, reserved, totals }: WavePart, wave: number) {
    const { session, way } = this.#options.batch;
    return {
      step: "wave" as const,
      batch: number,
      wave,
      session,
      model: lane.model,
      ...(way === "server" && serverOf(lane.port.server)),
      ...(totals ?? { requests: 0, bytes: 0, digest: "" }),
      reserved,
      spoken,
      at: new Date().toISOString(),
    };
  }

  #open(record: BatchRecord): OpenBatch {
    const open = new OpenBatch(record, this.#filesOf(record.batch), this.#options.budget?.budget);
    this.#batches.push(open);
    return open;
  }

  #filesOf(number: number): BatchFiles {
    const name = join(this.#options.store.files.batchFolder, String(number).padStart(4, "0"));
    return { requests: `${name}.in.jsonl`, replies: `${name}.out.jsonl` };
  }

  #laneOf({ model, server }: BatchRecord): BatchLane | undefined {
    return this.#lanes.find((lane) => lane.model === model && (server === undefined || lane.port.server.address === server));
  }

  /** Sends the files that are not sent yet. */
  async #submit(): Promise<void> {
    if (this.#options.batch.way === "file") return;
    for (const open of this.#batches) {
      if (open.record.step !== "wave" && open.record.step !== "uploaded") continue;
      if (this.#oneAtATime && this.#batches.some(({ record }) => record.step === "created")) return;
      this.#options.stop.rows.throwIfAborted();
      await this.#send(open);
    }
  }

  async #send(open: OpenBatch): Promise<void> {
    const { batch } = open.record;
    const client = this.#clientOf(open.record);
    const wasUploaded = open.record.file !== undefined;
    if (open.requests.digest !== open.record.digest)
      throw new SysGenError(`${open.files.requests} is not as it was written, and its calls wait in it: restore it from a copy`);
    const file = open.record.file ?? (await client.upload(open.files.requests, `sysgen-${String(batch).padStart(4, "0")}.jsonl`));
    if (!wasUploaded) open.record = await this.#log.note({ step: "uploaded", batch, file, wire: client.wire });
    // A batch that an earlier process had begun, or whose answer got lost, is not begun again.
    const job = (wasUploaded ? await client.find(file) : undefined) ?? (await this.#create(client, file, open.record.model));
    open.record = await this.#log.note({ step: "created", batch, id: job.id, createdAt: new Date().toISOString() });
  }

  async #create(client: BatchClient, file: string, model: string): Promise<BatchJob> {
    try {
      return await client.create(file, model);
    } catch (error) {
      const mayHaveBegun = error instanceof ModelError && error.retryable && error.kind !== "rate-limit";
      const found = mayHaveBegun ? await client.find(file) : undefined;
      if (found === undefined) throw error;
      return found;
    }
  }

  #clientOf(record: BatchRecord): BatchClient {
    const lane = this.#laneOf(record);
    if (lane === undefined) throw elsewhere(record);
    const known = this.#clients.get(lane) ?? new BatchClient(lane.port.server, this.#options.stop.rows, batchWireSchema.parse(record.wire));
    this.#clients.set(lane, known);
    return known;
  }

  /** Waits until batches have ended. Returns false when the session does not wait for them. */
  async #untilReplies(passMs: number): Promise<boolean> {
    const { batch, stop } = this.#options;
    const beganMs = performance.now();
    let hasEnded = false;
    for (let delay = firstLookMs; this.#isAnyOpen; delay = Math.min(1.5 * delay, longestLookMs)) {
      hasEnded = (await this.#look()) || hasEnded;
      const mayPass = performance.now() - beganMs >= passMs / passShare || !batch.waits;
      if (hasEnded && mayPass) return true;
      if (!batch.waits || batch.way === "file") {
        stop.waitsFor(openWords(this.#batches, this.#options.batch));
        return false;
      }
      if (this.#isAnyOpen) await sleep(delay, undefined, { signal: stop.rows });
      await this.#submit();
    }
    return true;
  }

  /** Looks at the open batches once. Returns whether one has ended. */
  async #look(): Promise<boolean> {
    let hasEnded = false;
    for (const open of this.#batches) {
      if (!open.isOpen) continue;
      if (this.#options.batch.way === "file") hasEnded = (await this.#lookAtFile(open)) || hasEnded;
      else if (open.record.step === "created") hasEnded = (await this.#lookAtServer(open)) || hasEnded;
    }
    return hasEnded;
  }

  async #lookAtFile(open: OpenBatch): Promise<boolean> {
    const { repliesWrittenMs } = open;
    if (repliesWrittenMs === undefined) return false;
    const { counts } = open.loadReplies(() => false);
    const isWhole = counts.replies + counts.errors >= open.record.requests;
    if (!isWhole && Date.now() - repliesWrittenMs < growingMs) return false;
    await this.#ended(open, { state: isWhole ? "completed" : "broken off", completed: counts.replies, failed: counts.errors });
    return true;
  }

  async #lookAtServer(open: OpenBatch): Promise<boolean> {
    const { id = "", batch } = open.record;
    const client = this.#clientOf(open.record);
    const job = await client.get(id);
    if (job.state === "open") return false;
    if (job.state === "failed") await this.#failed(open, job);
    open.clearReplies();
    for (const file of job.outputFiles) await client.download(file, open.files.replies);
    const { counts } = open.loadReplies(() => false);
    if (counts.strange > 0)
      this.#options.onNotice(`Batch ${batch}: ${counts.strange} lines of its output are none, or answer no call of it. They are left out.`);
    await this.#ended(open, { state: job.state, completed: counts.replies, failed: counts.errors, said: job.said });
    return true;
  }

  async #ended(open: OpenBatch, end: { state: string; completed: number; failed: number; said?: string }): Promise<void> {
    const { batch, requests } = open.record;
    open.record = await this.#log.note({ step: "ended", batch, ...end });
    const missing = requests - end.completed - end.failed;
    if (missing > 0 && end.state !== "failed")
      this.#options.onNotice(
        `Batch ${batch} is ${end.state} with ${end.completed} of its ${requests} calls. The other ${missing} go into the next wave.`,
      );
  }

  /** @throws SysGenError when no other batch would fare better. */
  async #failed(open: OpenBatch, { said }: BatchJob): Promise<void> {
    const { batch, requests } = open.record;
    const others = this.#batches.some((other) => other !== open && other.record.step === "created");
    if (failureOf(said) === "queue" && (others || requests > 1)) {
      this.#oneAtATime = true;
      if (!others) this.#mostRequests = Math.ceil(requests / 2);
      this.#options.onNotice(
        `Batch ${batch} was refused for the limit of queued tokens (${said}): its calls go up in batches of at most ${this.#mostRequests}, one after another.`,
      );
      return;
    }
    open.record = await this.#log.note({ step: "ended", batch, state: "failed", completed: 0, failed: 0, said });
    open.loadReplies(() => false);
    await this.#take();
    const advice =
      failureOf(said) === "funds"
        ? "The account's funds are low: add to them, and run the same command again"
        : "Mend this, and run the same command again";
    throw new SysGenError(`The server refused batch ${batch} of ${requests} calls: ${said || "no reason given"}. ${advice}`);
  }

  /** Lets go of the batches whose replies are all in the journal. */
  async #take(): Promise<void> {
    for (const open of this.#batches) {
      if (open.record.step !== "ended") continue;
      if (!open.isRead) {
        this.#options.onNotice(
          `${open.unread} paid replies of batch ${open.record.batch} belong to calls that these rows and settings do not make. They are kept in ${open.files.replies}.`,
        );
        continue;
      }
      const { batch, server } = open.record;
      const again = new Set(this.#lanes.flatMap((lane) => lane.failed.get(batch) ?? []));
      open.record = await this.#log.note({ step: "taken", batch, again: [...again] });
      open.end();
      await open.remove({ keepReplies: server === undefined });
    }
    this.#batches = this.#batches.filter(({ record }) => record.step !== "taken");
  }

  /** Runs what talks to servers. An error there stops the session, and what is paid stays. */
  async #guarded<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { stop } = this.#options;
    try {
      return await work();
    } catch (error) {
      if (stop.rows.aborted) return undefined;
      if (!(error instanceof SysGenError)) throw error;
      stop.cannotGoOn(error instanceof ModelError ? error.saying(`The batches cannot go on: ${messageOf(error)}`) : error);
      return undefined;
    }
  }
}

function serverOf({ address, base, apiKeyEnv }: BatchPort["server"]) {
  return { server: address, url: `${base.origin}${base.pathname}`, apiKeyEnv };
}

function elsewhere({ batch, model, server = "a file" }: BatchRecord): SysGenError {
  return new SysGenError(
    `Batch ${batch} of ${model} is open at ${server}, which is not among the models of this command. Name it again, or cancel what is open with sysgen batches --cancel`,
  );
}
