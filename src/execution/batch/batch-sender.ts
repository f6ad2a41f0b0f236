import { setTimeout as sleep } from "node:timers/promises";
import { ModelError, SysGenError } from "../../errors.ts";
import { BatchClient, isGone } from "../../models/openai/batch-client.ts";
import { isFilePending } from "../../models/openai/batch-file.ts";
import type { BatchServer } from "../../models/openai/batch-http.ts";
import type { BatchJob } from "../../models/openai/batch-job.ts";
import { batchWireSchema, isMissing } from "../../models/openai/batch-wire.ts";
import type { BatchEnd, BatchLog, BatchRecord } from "../../runs/batches/batch-log.ts";
import { isTooLarge } from "./batch-failure.ts";
import { firstLookMs, longer } from "./look-delays.ts";
import type { OpenBatch } from "./open-batch.ts";

export interface BatchSenderOptions {
  readonly log: BatchLog;
  /** The server of a batch. Undefined when the command does not know it. */
  readonly serverOf: (record: BatchRecord) => BatchServer | undefined;
  /** Once aborted, nothing is asked again. */
  readonly signal: AbortSignal;
  readonly onNotice: (text: string) => void;
}

/** The end of a batch that no server and no program has answered. */
export const withdrawn: BatchEnd = { state: "withdrawn", completed: 0, failed: 0 };

/** The state of a batch that has ended and brought no line that answers one of its calls. */
export const unreadable = "unreadable";

/** What to do about a batch that cannot be brought to an end, as a sentence. */
export const giveUpAdvice = "sysgen batches --cancel --give-up gives the batch up, and its calls are asked and paid again";

/** A batch that may have begun is begun again when the server has not listed it for so long. */
const doubtMs = 60_000;
/** How long a server may read a file before the other batches are seen to. */
const readingMs = 5_000;
/** How long the files of a batch that is completed may not be there yet. */
const filesComeMs = 300_000;

/** Sends files of requests to their servers, and brings the files of replies. */
export class BatchSender {
  readonly #options: BatchSenderOptions;
  readonly #clients = new Map<BatchServer, BatchClient>();
  /** When batches were first seen completed without files. */
  readonly #emptySinceMs = new Map<number, number>();
  /** When batches were first seen in doubt whose time lies ahead of this machine's clock. */
  readonly #doubtSinceMs = new Map<number, number>();
  readonly #told = new Set<string>();

  constructor(options: BatchSenderOptions) {
    this.#options = options;
  }

  /**
   * Uploads a file of requests and begins the batch over it. One that has begun although the answer
   * got lost is looked up. To be called again while the batch is not begun, and after an error that
   * may pass.
   * @returns How the batch ended when the server does not take the file.
   * @throws ModelError when the server refuses.
   */
  async send(open: OpenBatch): Promise<BatchEnd | undefined> {
    try {
      if (open.record.file === undefined) await this.#upload(open);
      else if (await this.adopt(open)) return undefined;
      return this.#doubtMs(open) > 0 ? this.#tellDoubt(open) : await this.#begin(open);
    } catch (error) {
      if (!(error instanceof ModelError) || !isTooLarge(error)) throw error;
      return refusedWith(error.message);
    }
  }

  /**
   * Adopts the batch that an earlier process may have begun over an uploaded file.
   * @returns Whether there is one.
   */
  async adopt(open: OpenBatch): Promise<boolean> {
    const job = await this.find(open);
    if (job !== undefined) await this.#noteCreated(open, job);
    return job !== undefined;
  }

  /** As `adopt`, and looks for as long as a batch that has begun may not be listed. */
  async adoptInDoubt(open: OpenBatch): Promise<boolean> {
    for (let delay = firstLookMs; ; delay = longer(delay)) {
      const leftMs = this.#doubtMs(open);
      if (await this.adopt(open)) return true;
      if (!(leftMs > 0)) return false;
      this.#tellDoubt(open);
      await sleep(Math.min(delay, leftMs), undefined, { signal: this.#options.signal });
    }
  }

  /**
   * What the server says of a batch, or of the one that was begun over an uploaded file.
   * @returns Undefined when none was begun.
   * @throws ModelError that `isGone` when the server has it no more, or lists no batches.
   */
  async find({ record }: OpenBatch): Promise<BatchJob | undefined> {
    const { batch, id, file, askedAt } = record;
    const client = this.#clientOf(record);
    if (id !== undefined) return client.get(id);
    if (file === undefined || askedAt === null) return undefined;
    try {
      return await client.find(file);
    } catch (error) {
      if (!(error instanceof ModelError) || !isMissing(error)) throw error;
      throw error.saying(
        `${error.message}. The server lists no batches, so nobody knows whether batch ${batch} has begun. ${giveUpAdvice}`,
      );
    }
  }

  async cancel({ record }: OpenBatch, id: string): Promise<BatchJob> {
    return this.#clientOf(record).cancel(id);
  }

  /**
   * Looks at a batch that was begun. Once it has ended, its replies are on disk.
   * @returns Whether it is open still, is completed and its files are yet to come, and then how it
   * ended. `lost` is one whose replies, or a part of them, the server has no more. `unreadable` is
   * one whose replies nobody can read, or that has none.
   * @throws ModelError that `isGone` when the server has it no more.
   */
  async look(open: OpenBatch): Promise<"open" | "cancelling" | "without files" | BatchEnd> {
    const { id = "", batch } = open.record;
    const client = this.#clientOf(open.record);
    const job = await client.get(id);
    if (job.state === "open") return job.isCancelling ? "cancelling" : "open";
    if (job.state === "completed" && job.outputFiles.length === 0) return this.#withoutFiles(open, job);
    open.clearReplies();
    let gone: ModelError | undefined;
    for (const file of job.outputFiles) {
      try {
        await client.download(file, open.files.replies);
      } catch (error) {
        if (!isGone(error)) throw error;
        gone = error;
      }
    }
    const done = job.counts.completed;
    const { replies: completed, errors: failed, strange } = open.loadReplies().counts;
    if (gone !== undefined) return { state: "lost", completed, failed, done, said: gone.message };
    if (completed + failed === 0 && (job.state === "completed" || strange > 0))
      return {
        state: unreadable,
        completed,
        failed,
        done,
        said: `Batch ${batch} (${id}) is ${job.state}, and no line of its output answers one of its calls. See ${open.files.replies}`,
      };
    return { state: job.state, completed, failed, done, said: job.said };
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#clients.values(), (client) => client.close()));
  }

  async #upload(open: OpenBatch): Promise<void> {
    const { batch } = open.record;
    const client = this.#clientOf(open.record);
    const file = await client.upload(open.files.requests, `sysgen-${String(batch).padStart(4, "0")}.jsonl`);
    await this.#noteUploaded(open, file, null);
  }

  /** Begins a batch that has not begun for sure, once the server has read its file. */
  async #begin(open: OpenBatch): Promise<BatchEnd | undefined> {
    const { batch, model, file = "" } = open.record;
    const client = this.#clientOf(open.record);
    const { state, said } = await this.#readFile(client, file);
    if (state === "unreadable") return refusedWith(`the server cannot read the uploaded file: ${said}`);
    const reads = `Batch ${batch}: its server still reads the uploaded file, and is asked again until it has.`;
    if (state === "pending") return this.#tell(reads);
    await this.#noteUploaded(open, file, new Date().toISOString());
    try {
      await this.#noteCreated(open, await client.create(file, model));
    } catch (error) {
      if (mayHaveBegun(error)) {
        if (await this.adopt(open)) return undefined;
        throw error;
      }
      await this.#noteUploaded(open, file, null);
      if (!(error instanceof ModelError) || !isFilePending(error)) throw error;
      return this.#tell(reads);
    }
    return undefined;
  }

  /** What the server says of an uploaded file. Waits some seconds if it reads it. */
  async #readFile(client: BatchClient, id: string): ReturnType<BatchClient["file"]> {
    let waitedMs = 0;
    for (let delay = firstLookMs; ; delay = longer(delay)) {
      const file = await client.file(id);
      if (file.state !== "pending" || waitedMs > readingMs) return file;
      await sleep(delay, undefined, { signal: this.#options.signal });
      waitedMs += delay;
    }
  }

  /** Of a batch that is completed and has no files. Some servers show them a moment later. */
  #withoutFiles({ record: { batch, id = "" } }: OpenBatch, { completedMs }: BatchJob): "without files" | BatchEnd {
    const said = `Batch ${batch} (${id}) is completed, and its server shows no file of replies`;
    // Commands that do not wait live for seconds, so the time is the server's where it tells one.
    const sinceMs = completedMs ?? firstSeenMs(this.#emptySinceMs, batch);
    if (Date.now() - sinceMs >= filesComeMs) return { state: unreadable, completed: 0, failed: 0, said };
    this.#tell(`${said} yet. They may come in some minutes.`);
    return "without files";
  }

  /** For how long a batch that may have begun is not begun again. */
  #doubtMs({ record: { batch, id, askedAt } }: OpenBatch): number {
    if (id !== undefined || askedAt === undefined || askedAt === null) return 0;
    const now = Date.now();
    const elapsedMs = now - Date.parse(askedAt);
    if (elapsedMs >= 0) return doubtMs - elapsedMs;
    // The clock was set back, or is another machine's. The minute begins with the first look.
    return doubtMs - Math.abs(now - firstSeenMs(this.#doubtSinceMs, batch));
  }

  #tellDoubt({ record: { batch } }: OpenBatch): undefined {
    return this.#tell(`Batch ${batch} may have begun, and its server does not list it yet. It is looked up for a minute.`);
  }

  /** Says something once. */
  #tell(text: string): undefined {
    if (!this.#told.has(text)) this.#options.onNotice(text);
    this.#told.add(text);
  }

  async #noteUploaded(open: OpenBatch, file: string, askedAt: string | null): Promise<void> {
    const { wire } = this.#clientOf(open.record);
    open.record = await this.#options.log.note({ step: "uploaded", batch: open.record.batch, file, wire, askedAt });
  }

  async #noteCreated(open: OpenBatch, { id }: BatchJob): Promise<void> {
    open.record = await this.#options.log.note({ step: "created", batch: open.record.batch, id, createdAt: new Date().toISOString() });
  }

  #clientOf(record: BatchRecord): BatchClient {
    const server = this.#options.serverOf(record);
    if (server === undefined) throw elsewhere(record);
    const known = this.#clients.get(server) ?? new BatchClient(server, this.#options.signal, batchWireSchema.parse(record.wire));
    this.#clients.set(server, known);
    return known;
  }
}

/** Whether a batch may have begun although its server gave no good answer. */
function mayHaveBegun(error: unknown): boolean {
  return !(error instanceof ModelError) || (error.retryable && error.kind !== "rate-limit");
}

function refusedWith(said: string): BatchEnd {
  return { state: "failed", completed: 0, failed: 0, said };
}

/** The error for a batch whose server this command does not know. */
export function elsewhere({ batch, model, server = "a file" }: BatchRecord): SysGenError {
  return new SysGenError(
    `Batch ${batch} of ${model} is open at ${server}, which is not among the models of this command. Name it again beside the others, and it is waited for. Or end it with sysgen batches --cancel, and what it has done is kept`,
  );
}

/** When a batch was first asked about, which is now for a new one. */
function firstSeenMs(seen: Map<number, number>, batch: number): number {
  const sinceMs = seen.get(batch) ?? Date.now();
  seen.set(batch, sinceMs);
  return sinceMs;
}
