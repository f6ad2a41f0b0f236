import { RunInUse, SysGenError } from "../../errors.ts";
import { keyIn } from "../../models/openai/backend.ts";
import { isGone } from "../../models/openai/batch-client.ts";
import type { BatchServer } from "../../models/openai/batch-http.ts";
import { addressOfServer } from "../../models/openai/openai-compatible.ts";
import { proxyOf } from "../../models/openai/proxy.ts";
import { requestHeaders, userHeaders, type RequestHeaders } from "../../models/openai/request-headers.ts";
import type { Environment } from "../../platform/environment.ts";
import type { BatchEnd, BatchLog, BatchRecord } from "../../runs/batches/batch-log.ts";
import { batchStatus } from "../../runs/batches/batch-status.ts";
import { openRun } from "../../runs/open-run.ts";
import { BatchSender, withdrawn } from "./batch-sender.ts";
import { batchFilesOf, OpenBatch } from "./open-batch.ts";

export interface AskAboutBatchesOptions {
  readonly cancel: boolean;
  /** The variable that holds the key. Default is the one that the batch was sent with. */
  readonly apiKeyEnv?: string | undefined;
  /** Further headers, as `--header` gives them. */
  readonly headers?: RequestHeaders | undefined;
  /** Default `process.env`. */
  readonly env?: Environment;
}

/** A batch that is not taken yet. */
export interface AskedBatch {
  /** As it is now. One that was cancelled has ended, if its server has ended it. */
  readonly record: BatchRecord;
  /** What its server says now. Undefined if it was not asked, or knows of no such batch. */
  readonly live: { readonly state: string; readonly done: number } | undefined;
  /** Why its server did not say. */
  readonly problem: string | undefined;
}

/**
 * Asks the servers of a run's open batches how far they are, and cancels them if told to. Works
 * beside the process that waits for them. Where there is none, the replies of cancelled batches are
 * brought, and nothing is left open that has ended, was not sent, or is gone.
 * @throws UsageError when the folder holds no run.
 */
export async function askAboutBatches(
  folder: string,
  options: AskAboutBatchesOptions,
): Promise<{ readonly open: readonly AskedBatch[]; readonly taken: number }> {
  const opened = options.cancel ? await openRun(folder, "add-calls").catch(unlessInUse) : undefined;
  await using run = opened ?? (await openRun(folder, "read"));
  const log = opened?.store.batches;
  const { open = [], taken = 0 } = batchStatus(run.store, new Map()) ?? {};
  const servers = new Map(open.map((record) => [record.batch, serverOf(record, options)]));
  const serverAt = ({ batch }: BatchRecord): BatchServer | undefined => servers.get(batch);
  const sender = new BatchSender({ log: run.store.batches, serverOf: serverAt, signal: new AbortController().signal });
  const asked: AskedBatch[] = [];
  try {
    for (const record of open) {
      const batch = new OpenBatch(record, batchFilesOf(run.store.files.batchFolder, record.batch), undefined);
      const found = await ask(batch, sender, options.cancel, log).catch((error: unknown) => {
        if (!(error instanceof SysGenError)) throw error;
        return { live: undefined, problem: error.message };
      });
      batch.close();
      asked.push({ ...found, record: batch.record });
    }
  } finally {
    await sender.close();
  }
  return { open: asked, taken };
}

/** @param log Where an end is noted. Undefined unless this process alone cancels batches. */
async function ask(open: OpenBatch, sender: BatchSender, cancel: boolean, log: BatchLog | undefined): Promise<Omit<AskedBatch, "record">> {
  const { batch, step } = open.record;
  const silent = { live: undefined, problem: undefined };
  const ended = async (end: BatchEnd): Promise<void> => {
    if (log !== undefined) open.record = await log.note({ step: "ended", batch, ...end });
  };
  if (step === "ended") return silent;
  if (step === "wave") {
    // Replies that another program wrote are taken by the next run.
    if (open.repliesWrittenMs === undefined) await ended(withdrawn);
    return silent;
  }
  try {
    const before = await sender.find(open);
    if (before === undefined) {
      await ended(withdrawn);
      return silent;
    }
    const job = cancel && before.state === "open" ? await sender.cancel(open, before.id) : before;
    if (log !== undefined && job.state !== "open") {
      if (step === "uploaded") await sender.adopt(open);
      const end = await sender.look(open);
      if (typeof end === "object") await ended(end);
    }
    const live = { state: job.said === "" ? job.status : `${job.status} (${job.said})`, done: job.counts.completed };
    return { live, problem: undefined };
  } catch (error) {
    if (!isGone(error) || log === undefined) throw error;
    await ended({ state: "lost", completed: 0, failed: 0, said: error.message });
    return silent;
  }
}

function unlessInUse(error: unknown): undefined {
  if (!(error instanceof RunInUse)) throw error;
}

/** Undefined for a file that no server gets. */
function serverOf(record: BatchRecord, { apiKeyEnv, headers = {}, env = process.env }: AskAboutBatchesOptions): BatchServer | undefined {
  const { url } = record;
  if (url === undefined) return undefined;
  const base = new URL(url);
  const variable = apiKeyEnv ?? record.apiKeyEnv ?? "OPENAI_API_KEY";
  return {
    base,
    address: addressOfServer(url),
    apiKeyEnv: variable,
    headers: requestHeaders(base, keyIn(env, variable), userHeaders(headers, env)),
    proxy: proxyOf(base, env)?.url,
  };
}
