import { mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ModelError, SysGenError, UsageError } from "../../errors.ts";
import type { BatchPort } from "../../models/batch-port.ts";
import type { Model } from "../../models/model.ts";
import type { PutOff } from "../../models/spending/budget.ts";
import type { OpenedBudget } from "../../models/spending/open-budget.ts";
import type { BatchEnd, BatchLog, BatchRecord, BatchStep } from "../../runs/batches/batch-log.ts";
import { beginLate, endLate } from "../../runs/batches/late-calls.ts";
import type { Store } from "../../runs/store.ts";
import { counted } from "../../texts/number-text.ts";
import type { RunStop } from "../run-stop.ts";
import { BatchLane } from "./batch-lane.ts";
import { BatchLooks } from "./batch-looks.ts";
import type { BatchOptions } from "./batch-options.ts";
import { BatchSender, elsewhere, withdrawn } from "./batch-sender.ts";
import { openWords, withdrawnWords } from "./batch-words.ts";
import { firstLookMs, longer } from "./look-delays.ts";
import { batchFilesOf, OpenBatch, type BatchFiles } from "./open-batch.ts";
import { Outages } from "./outages.ts";
import { QueueLimit } from "./queue-limit.ts";
import { Wave, type WavePart } from "./wave.ts";

export interface WavesOptions {
  readonly batch: BatchOptions;
  /**
   * - `waves`: calls go up in batches.
   * - `takes`: makes all calls online, and takes replies of batches of an earlier command.
   * - `reads`: as `takes`, and changes nothing of the batches, for a preview.
   */
  readonly does: "waves" | "takes" | "reads";
  readonly store: Store;
  readonly budget: OpenedBudget | undefined;
  readonly maxRetries: number;
  readonly stop: RunStop;
  readonly onNotice: (text: string) => void;
}

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
  readonly #sender: BatchSender;
  readonly #queue: QueueLimit;
  readonly #outages: Outages;
  readonly #looks: BatchLooks;
  readonly #lanes: BatchLane[] = [];
  #batches: OpenBatch[] = [];
  #wave: Wave | undefined;
  #isOnline: boolean;
  #passBeganMs = 0;

  constructor(options: WavesOptions) {
    const { does, batch, store, stop } = options;
    this.#options = options;
    this.#isOnline = does !== "waves";
    this.#log = store.batches;
    this.#queue = new QueueLimit(this.#log.all);
    this.#outages = new Outages(this.#log, options.onNotice);
    this.#sender = new BatchSender({
      log: this.#log,
      serverOf: (record) => this.#laneOf(record)?.serverAt(record.server),
      signal: stop.rows,
      onNotice: options.onNotice,
    });
    this.#looks = new BatchLooks({
      log: this.#log,
      sender: this.#sender,
      outages: this.#outages,
      isOnline: () => this.#isOnline,
      signal: stop.rows,
      onNotice: options.onNotice,
    });
    mkdirSync(store.files.batchFolder, { recursive: true });
    // From here on no call is paid beside them, whatever the session does with them.
    for (const record of this.#log.all) if (record.session === batch.session && record.step !== "taken") this.#open(record).takeShare();
  }

  /**
   * The model with its calls in batches. A model in process takes none, and stays as it is.
   * @param ports Of each replica.
   */
  lane(online: Model, ports: readonly BatchPort[]): Model {
    const [port] = ports;
    if (port === undefined) return online;
    const { batch, budget, maxRetries } = this.#options;
    const lane = new BatchLane(online, {
      batch,
      port,
      servers: ports.map(({ server }) => server),
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

  /**
   * Goes on where an earlier process ended. To be called before the first pass.
   * @throws UsageError when it cannot go on.
   */
  async begin(): Promise<void> {
    const { does, onNotice } = this.#options;
    await this.#guarded(() => this.#resumeAll());
    const { fatal } = this.#options.stop;
    if (fatal !== undefined) throw new UsageError(`${fatal.message}.`, { cause: fatal });
    const known = this.#batches.filter(({ record }) => !this.#isElsewhere(record));
    if (this.#isOnline && known.some(({ isOpen }) => isOpen))
      onNotice(
        `${openWords(known)} ${does === "reads" ? "Those of its calls that a preview makes" : "Without --batch its calls"} are made online too, and paid twice unless the batch is cancelled (sysgen batches --cancel).`,
      );
    this.#passBeganMs = performance.now();
  }

  /** After a pass. Returns true when another pass finds new replies. */
  async next(): Promise<boolean> {
    const { does, stop, batch, budget, store } = this.#options;
    const passMs = performance.now() - this.#passBeganMs;
    if (stop.rows.aborted || stop.fatal !== undefined) return false;
    if (does === "reads") return this.#endsWith(budget?.budget.takePutOff());
    await store.journal.settled();
    const goesOn = await this.#guarded(async () => {
      await this.#take();
      const putOff = budget?.budget.takePutOff();
      if (putOff?.mayFit === true) return true;
      if (this.#isOnline) return this.#endsWith(putOff);
      const waiting = this.#wave?.requests ?? 0;
      const isLate = waiting > 0 && waiting < batch.least;
      if (isLate && !this.#isAnyOpen) return this.#goOnline(waiting);
      if (!isLate) await this.#closeWave();
      const hasEnded = await this.#submit();
      if (this.#isAnyOpen) return this.#untilReplies(passMs, hasEnded);
      return hasEnded || this.#endsWith(putOff);
    });
    this.#passBeganMs = performance.now();
    return goesOn ?? false;
  }

  /**
   * No pass follows. If calls wait for the budget, nothing that is reserved comes free for them,
   * and the budget is spent.
   */
  #endsWith(putOff: PutOff | undefined): false {
    if (putOff !== undefined) this.#options.budget?.budget.end(putOff.need);
    return false;
  }

  async close(): Promise<void> {
    endLate(this.#options.store);
    this.#wave?.discard();
    for (const open of this.#batches) open.close();
    await this.#sender.close();
  }

  get #isAnyOpen(): boolean {
    return this.#batches.some(({ isOpen }) => isOpen);
  }

  async #resumeAll(): Promise<void> {
    for (const record of this.#log.all) this.#laneOf(record)?.port.speak(record.spoken);
    const { does, onNotice } = this.#options;
    for (const open of this.#batches) {
      const { record } = open;
      const isElsewhere = this.#isElsewhere(record);
      if (isElsewhere && !this.#isOnline) throw elsewhere(record);
      if (isElsewhere) onNotice(`${elsewhere(record).message}. Its calls are made online now, and paid twice.`);
      else if (does !== "reads") await this.#resume(open);
    }
    if (does === "reads") return;
    if (!this.#isOnline) await this.#submit();
    await this.#look();
  }

  /** Takes up a batch of an earlier process. */
  async #resume(open: OpenBatch): Promise<void> {
    const { batch, budget, onNotice } = this.#options;
    const { record, isWhole } = open;
    const goesAnotherWay = this.#isOnline || open.isFile !== (batch.way === "file");
    const isOver = budget?.budget.isOver === true;
    // What was not sent may be asked anew, in a wave or online, as far as the budget allows.
    const isUnsent =
      record.step === "wave" &&
      (open.isFile
        ? goesAnotherWay && open.repliesWrittenMs === undefined
        : goesAnotherWay || isOver || !isWhole || this.#laneOf(record) === undefined);
    if (isUnsent || (record.step === "uploaded" && (goesAnotherWay || isOver) && !(await this.#sender.adoptInDoubt(open)))) {
      if (open.isFile) onNotice(withdrawnWords(open));
      return this.#ended(open, withdrawn);
    }
    if (!isWhole)
      throw new SysGenError(
        `${open.files.requests} is not as it was written, and says which calls batch ${record.batch} holds. Restore it from a copy. Or delete batches.jsonl, and all open batches are paid for anew`,
      );
    this.#tellPaidTwice(open);
  }

  /** The few calls that are left are made online, because a batch may take a day. */
  async #goOnline(calls: number): Promise<boolean> {
    const { batch, onNotice, store } = this.#options;
    this.#wave?.discard();
    this.#wave = undefined;
    this.#isOnline = true;
    await beginLate(store, batch.purposes);
    onNotice(
      `${calls} calls wait, fewer than --batch-least ${batch.least}, so they and what follows them are made online, at full price and without the wait for a batch. --batch-least 0 puts them in a batch.`,
    );
    return true;
  }

  #newWave(): Wave {
    const first = 1 + this.#log.all.reduce((most, { batch }) => Math.max(most, batch), 0);
    const { most } = this.#queue;
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

  #begun({ number, lane, spoken, reserved, totals }: WavePart, wave: number): BatchStep {
    const { session, way } = this.#options.batch;
    const { address: server, base, apiKeyEnv } = lane.port.server;
    return {
      step: "wave",
      batch: number,
      wave,
      session,
      model: lane.model,
      ...(way === "server" && { server, url: `${base.origin}${base.pathname}`, apiKeyEnv }),
      ...totals,
      reserved,
      spoken,
      at: new Date().toISOString(),
    };
  }

  #open(record: BatchRecord): OpenBatch {
    const { budget, store } = this.#options;
    const open = new OpenBatch(record, this.#filesOf(record.batch), { budget, journal: store.journal });
    this.#batches.push(open);
    return open;
  }

  #filesOf(number: number): BatchFiles {
    return batchFilesOf(this.#options.store.files.batchFolder, number);
  }

  #laneOf({ model, server }: BatchRecord): BatchLane | undefined {
    return this.#lanes.find((lane) => lane.model === model && (server === undefined || lane.serverAt(server) !== undefined));
  }

  /** Whether a batch goes on only with a server that this command does not know. */
  #isElsewhere(record: BatchRecord): boolean {
    const { step, server } = record;
    return step !== "ended" && !(step === "wave" && server !== undefined) && this.#laneOf(record) === undefined;
  }

  /** Sends the files that are not sent yet. Returns whether one was refused that may go up anew. */
  async #submit(): Promise<boolean> {
    let hasEnded = false;
    for (const open of this.#batches) {
      if (open.isFile || (open.record.step !== "wave" && open.record.step !== "uploaded")) continue;
      if (this.#queue.oneAtATime && this.#batches.some(({ record }) => record.step === "created")) break;
      this.#options.stop.rows.throwIfAborted();
      const end = await this.#outages.ask(open.record, () => this.#sender.send(open));
      if (end === undefined) continue;
      await this.#ended(open, end);
      hasEnded = true;
    }
    return hasEnded;
  }

  /** Waits until batches have ended. Returns false when the session does not wait for them. */
  async #untilReplies(passMs: number, hasOneEnded: boolean): Promise<boolean> {
    const { batch, stop } = this.#options;
    const beganMs = performance.now();
    const waits = batch.waits && batch.way === "server";
    let hasEnded = hasOneEnded;
    for (let delay = firstLookMs; this.#isAnyOpen; delay = longer(delay)) {
      hasEnded = (await this.#look()) || hasEnded;
      const mayPass = !waits || performance.now() - beganMs >= passMs / passShare;
      if (hasEnded && mayPass) return true;
      if (!waits) {
        stop.waitsFor(openWords(this.#batches));
        return false;
      }
      if (this.#isAnyOpen) await sleep(Math.max(delay, this.#outages.delayMs), undefined, { signal: stop.rows });
      hasEnded = (await this.#submit()) || hasEnded;
    }
    return true;
  }

  /** Looks at the open batches once. Returns whether one has ended. */
  async #look(): Promise<boolean> {
    let hasEnded = false;
    for (const open of this.#batches) {
      if (!open.isOpen || (!open.isFile && open.record.step !== "created") || this.#isElsewhere(open.record)) continue;
      const end = await this.#looks.at(open);
      if (end === undefined) continue;
      await this.#ended(open, end);
      hasEnded = true;
    }
    return hasEnded;
  }

  /** @throws SysGenError for a batch that the server refused, unless smaller ones may pass. */
  async #ended(open: OpenBatch, end: BatchEnd): Promise<void> {
    const { batch, requests } = open.record;
    open.record = await this.#log.note({ step: "ended", batch, ...end });
    if (open.counts === undefined) open.loadReplies();
    open.settle();
    this.#tellPaidTwice(open);
    const { onNotice } = this.#options;
    if (end.state === "failed") {
      const others = this.#batches.some(({ record }) => record.step === "created");
      return onNotice(this.#queue.refused(open.record, end.said ?? "", others));
    }
    const missing = requests - end.completed - end.failed;
    if (missing === 0 || end.state === "withdrawn") return;
    const came = `Batch ${batch} is ${end.state} with ${end.completed} of its ${requests} calls.`;
    const billed = open.unseen === 0 ? "" : ` ${open.unseen} of them are done at the server, and count as paid.`;
    onNotice(
      end.state === "lost"
        ? `${came} The server has their replies no more (${end.said}). The other ${missing} are asked again, and paid again.${billed}`
        : `${came} The other ${missing} go into the next wave.${billed}`,
    );
  }

  #tellPaidTwice({ record, paidTwice }: OpenBatch): void {
    if (paidTwice > 0)
      this.#options.onNotice(
        `Batch ${record.batch} brought ${counted(paidTwice, "reply", "replies")} to calls that were paid online meanwhile. They are paid twice, and count twice.`,
      );
  }

  /** Lets go of the batches whose replies are all in the journal. */
  async #take(): Promise<void> {
    for (const open of this.#batches) {
      if (open.record.step !== "ended") continue;
      const { batch } = open.record;
      if (!open.isRead) {
        if (open.isKept) continue;
        open.isKept = true;
        this.#options.onNotice(
          `Batch ${batch} brought ${counted(open.unread, "reply", "replies")} to calls that these rows and settings do not make. What is paid is kept in ${open.files.replies}.`,
        );
        continue;
      }
      const again = new Set([...this.#lanes.flatMap((lane) => lane.failed.get(batch) ?? []), ...open.unanswered()]);
      const { billed } = open;
      open.record = await this.#log.note({ step: "taken", batch, again: [...again], ...(billed.calls > 0 && { besides: billed }) });
      await open.end();
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
      stop.cannotGoOn(error instanceof ModelError ? error.saying(`The batches cannot go on: ${error.message}`) : error);
      return undefined;
    }
  }
}
