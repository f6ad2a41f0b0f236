import { ModelError, SysGenError } from "../../errors.ts";
import { BatchClient, isGone } from "../../models/openai/batch-client.ts";
import type { BatchServer } from "../../models/openai/batch-http.ts";
import type { BatchJob } from "../../models/openai/batch-job.ts";
import { batchWireSchema } from "../../models/openai/batch-wire.ts";
import type { BatchEnd, BatchLog, BatchRecord } from "../../runs/batches/batch-log.ts";
import type { OpenBatch } from "./open-batch.ts";

export interface BatchSenderOptions {
  readonly log: BatchLog;
  /** The server of a batch. Undefined when the command does not know it. */
  readonly serverOf: (record: BatchRecord) => BatchServer | undefined;
  /** Once aborted, nothing is asked again. */
  readonly signal: AbortSignal;
}

/** The end of a batch that no server and no program has answered. */
export const withdrawn: BatchEnd = { state: "withdrawn", completed: 0, failed: 0 };

/** A batch that may have begun is begun again when the server has not listed it for so long. */
const doubtMs = 60_000;

/** Sends files of requests to their servers, and brings the files of replies. */
export class BatchSender {
  readonly #options: BatchSenderOptions;
  readonly #clients = new Map<BatchServer, BatchClient>();
  /** Until when batches that may have begun are looked up and not begun. */
  readonly #doubts = new Map<number, number>();

  constructor(options: BatchSenderOptions) {
    this.#options = options;
  }

  /**
   * Uploads a file of requests and begins the batch over it. One that has begun although the answer
   * got lost is looked up. To be called again after an error that may pass.
   * @throws ModelError when the server refuses.
   */
  async send(open: OpenBatch): Promise<void> {
    const { log } = this.#options;
    const { batch, model, file: known } = open.record;
    const client = this.#clientOf(open.record);
    const file = known ?? (await client.upload(open.files.requests, `sysgen-${String(batch).padStart(4, "0")}.jsonl`));
    if (known === undefined) open.record = await log.note({ step: "uploaded", batch, file, wire: client.wire });
    if (known !== undefined && (await this.adopt(open))) return;
    if (Date.now() < (this.#doubts.get(batch) ?? 0)) return;
    try {
      await this.#noteCreated(open, await client.create(file, model));
    } catch (error) {
      const mayHaveBegun = error instanceof ModelError && error.retryable && error.kind !== "rate-limit";
      if (mayHaveBegun) this.#doubts.set(batch, Date.now() + doubtMs);
      if (!mayHaveBegun || !(await this.adopt(open))) throw error;
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

  /**
   * What the server says of a batch, or of the one that was begun over an uploaded file.
   * @returns Undefined when none was begun.
   * @throws ModelError that `isGone` when the server has it no more.
   */
  async find({ record }: OpenBatch): Promise<BatchJob | undefined> {
    const { id, file } = record;
    const client = this.#clientOf(record);
    if (id !== undefined) return client.get(id);
    return file === undefined ? undefined : client.find(file);
  }

  async cancel({ record }: OpenBatch, id: string): Promise<BatchJob> {
    return this.#clientOf(record).cancel(id);
  }

  /**
   * Looks at a batch that was begun. Once it has ended, its replies are on disk.
   * @returns Whether it is open still, and then how it ended. `lost` is one whose replies, or a
   * part of them, the server has no more.
   * @throws ModelError that `isGone` when the server has it no more.
   */
  async look(open: OpenBatch): Promise<"open" | "cancelling" | BatchEnd> {
    const { id = "", batch } = open.record;
    const client = this.#clientOf(open.record);
    const job = await client.get(id);
    if (job.state === "open") return job.isCancelling ? "cancelling" : "open";
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
    const { replies: completed, errors: failed } = open.loadReplies().counts;
    if (gone !== undefined) return { state: "lost", completed, failed, done: job.counts.completed, said: gone.message };
    if (job.state === "completed" && completed + failed === 0)
      throw new SysGenError(
        `Batch ${batch} (${id}) is completed, and no line of its output answers one of its calls. See ${open.files.replies}`,
      );
    return { state: job.state, completed, failed, done: job.counts.completed, said: job.said };
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#clients.values(), (client) => client.close()));
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

/** The error for a batch whose server this command does not know. */
export function elsewhere({ batch, model, server = "a file" }: BatchRecord): SysGenError {
  return new SysGenError(
    `Batch ${batch} of ${model} is open at ${server}, which is not among the models of this command. Name it again beside the others, and it is waited for. Or end it with sysgen batches --cancel, and what it has done is kept`,
  );
}
