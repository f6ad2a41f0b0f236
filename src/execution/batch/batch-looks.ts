import { setTimeout as sleep } from "node:timers/promises";
import { SysGenError } from "../../errors.ts";
import { isGone } from "../../models/openai/batch-client.ts";
import type { BatchEnd, BatchLog, BatchRecord } from "../../runs/batches/batch-log.ts";
import { counted } from "../../texts/number-text.ts";
import { giveUpAdvice, unreadable, type BatchSender } from "./batch-sender.ts";
import { firstLookMs, longer } from "./look-delays.ts";
import type { OpenBatch } from "./open-batch.ts";
import type { Outages } from "./outages.ts";

export interface BatchLooksOptions {
  readonly log: BatchLog;
  readonly sender: BatchSender;
  readonly outages: Outages;
  /** Whether calls that are in no batch are made online. What is not known then is paid again. */
  readonly isOnline: () => boolean;
  readonly signal: AbortSignal;
  readonly onNotice: (text: string) => void;
}

/** A file of replies that was written to so recently may still grow. */
const growingMs = 60_000;

/** Looks at open batches, and brings the replies of those that have ended. */
export class BatchLooks {
  readonly #options: BatchLooksOptions;

  constructor(options: BatchLooksOptions) {
    this.#options = options;
  }

  /**
   * Looks at a batch once.
   * @returns How it ended. Undefined while it is open, and while its server does not answer.
   * @throws SysGenError when it brings nothing, and its calls would be paid again in vain.
   */
  async at(open: OpenBatch): Promise<BatchEnd | undefined> {
    const end = open.isFile ? atFile(open) : await this.#atServer(open);
    const { strange = 0 } = open.counts ?? {};
    if (end !== undefined && strange > 0)
      this.#options.onNotice(
        `Batch ${open.record.batch}: ${counted(strange, "line")} of its output left out, as no answer to a call of it. ${open.files.replies} is kept.`,
      );
    return end;
  }

  async #atServer(open: OpenBatch): Promise<BatchEnd | undefined> {
    const { sender, outages, isOnline } = this.#options;
    const { record } = open;
    try {
      const found = await (isOnline() ? this.#untilEnded(open) : outages.ask(record, () => sender.look(open)));
      if (found === undefined || typeof found === "string") return undefined;
      if (found.state === unreadable) throw new SysGenError(`${found.said ?? ""}. The same command looks again. ${giveUpAdvice}`);
      if (found.state === "lost" && !isOnline() && this.#wasLostBefore(record))
        throw new SysGenError(
          `The server has no output of batch ${record.batch} any more (${found.said ?? ""}), as with an earlier batch, and its calls would be paid again and again. sysgen batches --cancel gives the batch up, and without --batch its calls are made online`,
        );
      return found;
    } catch (error) {
      if (!isGone(error)) throw error;
      throw new SysGenError(
        `${error.message}. Is the key of the account that batch ${record.batch} was begun with? If the batch is gone, ${giveUpAdvice}`,
        { cause: error },
      );
    }
  }

  /**
   * Waits until a batch has ended that was cancelled or is completed, because its calls would be
   * paid twice.
   */
  async #untilEnded(open: OpenBatch): ReturnType<BatchSender["look"]> {
    const { sender, signal, onNotice } = this.#options;
    for (let delay = firstLookMs; ; delay = longer(delay)) {
      const found = await sender.look(open);
      if (found !== "cancelling" && found !== "without files") return found;
      if (found === "cancelling" && delay === firstLookMs)
        onNotice(`Batch ${open.record.batch} is being cancelled. What it has done is taken first, and the rest is made online.`);
      await sleep(delay, undefined, { signal });
    }
  }

  /** Whether calls of an earlier wave were lost. Those that are lost together are of one wave. */
  #wasLostBefore({ session, wave }: BatchRecord): boolean {
    return this.#options.log.all.some((other) => other.state === "lost" && other.session === session && other.wave < wave);
  }
}

/** A file of replies that another program writes. */
function atFile(open: OpenBatch): BatchEnd | undefined {
  const { repliesWrittenMs } = open;
  if (repliesWrittenMs === undefined) return undefined;
  const { replies, errors } = open.loadReplies().counts;
  const isWhole = replies + errors >= open.record.requests;
  if (!isWhole && Date.now() - repliesWrittenMs < growingMs) return undefined;
  return { state: isWhole ? "completed" : "broken off", completed: replies, failed: errors };
}
