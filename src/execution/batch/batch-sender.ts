import { ModelError, SysGenError } from "../../errors.ts";
import { BatchClient } from "../../models/openai/batch-client.ts";
import type { BatchJob } from "../../models/openai/batch-job.ts";
import { batchWireSchema } from "../../models/openai/batch-wire.ts";
import type { BatchLog, BatchRecord } from "../../runs/batches/batch-log.ts";
import type { BatchLane } from "./batch-lane.ts";
import type { OpenBatch } from "./open-batch.ts";

export interface BatchSenderOptions {
  readonly log: BatchLog;
  readonly laneOf: (record: BatchRecord) => BatchLane | undefined;
  /** Once aborted, nothing is asked again. */
  readonly signal: AbortSignal;
}

/** A batch that may have begun is begun again when the server has not listed it for so long. */
const doubtMs = 60_000;

/** Sends files of requests to their servers, and brings the files of replies. */
export class BatchSender {
  readonly #options: BatchSenderOptions;
  readonly #clients = new Map<BatchLane, BatchClient>();
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
    const { file } = open.record;
    const job = file === undefined ? undefined : await this.#clientOf(open.record).find(file);
    if (job !== undefined) await this.#noteCreated(open, job);
    return job !== undefined;
  }

  /**
   * Looks at a batch that was begun. Once it has ended, its replies are on disk.
   * @returns Undefined while it is open.
   */
  async look(open: OpenBatch): Promise<BatchJob | undefined> {
    const { id = "", batch } = open.record;
    const client = this.#clientOf(open.record);
    const job = await client.get(id);
    if (job.state === "open") return undefined;
    open.clearReplies();
    for (const file of job.outputFiles) await client.download(file, open.files.replies);
    const { replies, errors } = open.loadReplies(() => false).counts;
    if (job.state === "completed" && replies + errors === 0)
      throw new SysGenError(
        `Batch ${batch} (${id}) is completed, and no line of its output answers one of its calls. See ${open.files.replies}`,
      );
    return job;
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#clients.values(), (client) => client.close()));
  }

  async #noteCreated(open: OpenBatch, { id }: BatchJob): Promise<void> {
    open.record = await this.#options.log.note({ step: "created", batch: open.record.batch, id, createdAt: new Date().toISOString() });
  }

  #clientOf(record: BatchRecord): BatchClient {
    const lane = this.#options.laneOf(record);
    if (lane === undefined) throw elsewhere(record);
    const known = this.#clients.get(lane) ?? new BatchClient(lane.port.server, this.#options.signal, batchWireSchema.parse(record.wire));
    this.#clients.set(lane, known);
    return known;
  }
}

/** The error for a batch whose server this command does not know. */
export function elsewhere({ batch, model, server = "a file" }: BatchRecord): SysGenError {
  return new SysGenError(
    `Batch ${batch} of ${model} is open at ${server}, which is not among the models of this command. Name it again, or cancel what is open with sysgen batches --cancel`,
  );
}
