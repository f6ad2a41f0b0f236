import { ModelError, RunInUse, SysGenError, UsageError } from "../../errors.ts";
import { keyIn } from "../../models/openai/backend.ts";
import { isGone } from "../../models/openai/batch-client.ts";
import type { BatchServer } from "../../models/openai/batch-http.ts";
import { isMissing } from "../../models/openai/batch-wire.ts";
import { addressOfServer } from "../../models/openai/openai-compatible.ts";
import { proxyOf } from "../../models/openai/proxy.ts";
import { requestHeaders, userHeaders, type RequestHeaders } from "../../models/openai/request-headers.ts";
import type { Environment } from "../../platform/environment.ts";
import type { BatchEnd, BatchLog, BatchRecord } from "../../runs/batches/batch-log.ts";
import { batchStatus } from "../../runs/batches/batch-status.ts";
import { openRun } from "../../runs/open-run.ts";
import { BatchSender, giveUpAdvice, unreadable, withdrawn } from "./batch-sender.ts";
import { batchFilesOf, OpenBatch } from "./open-batch.ts";

export interface AskAboutBatchesOptions {
  readonly cancel: boolean;
  /**
   * Whether batches are given up that their servers do not know, or whose output cannot be read.
   * Their calls are paid again. Default false. Goes with `cancel`.
   */
  readonly giveUp?: boolean;
  /** Base URLs with what batches.jsonl does not hold of them, which is user, password and query. */
  readonly baseUrls?: readonly string[] | undefined;
  /** The variable that holds the key. Default is the one that the batch was sent with. */
  readonly apiKeyEnv?: string | undefined;
  /** Further headers, as `--header` gives them. */
  readonly headers?: RequestHeaders | undefined;
  /** Default `process.env`. */
  readonly env?: Environment;
  readonly onNotice?: (text: string) => void;
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
 * brought, and nothing is left open that has ended or was not sent.
 * @throws UsageError when the folder holds no run, and for a base URL that no open batch is at.
 */
export async function askAboutBatches(
  folder: string,
  options: AskAboutBatchesOptions,
): Promise<{ readonly open: readonly AskedBatch[]; readonly taken: number }> {
  const opened = options.cancel ? await openRun(folder, "add-calls").catch(unlessInUse) : undefined;
  await using run = opened ?? (await openRun(folder, "read"));
  const log = opened?.store.batches;
  const { open = [], taken = 0 } = batchStatus(run.store, new Map()) ?? {};
  for (const url of options.baseUrls ?? [])
    if (!open.some(({ server }) => server === addressOfServer(url)))
      throw new UsageError(`--base-url: expected the server of an open batch, found ${addressOfServer(url)}.`);
  const servers = new Map(open.map((record) => [record.batch, serverOf(record, options)]));
  const serverAt = ({ batch }: BatchRecord): BatchServer | undefined => servers.get(batch);
  const sender = new BatchSender({
    log: run.store.batches,
    serverOf: serverAt,
    signal: new AbortController().signal,
    onNotice: options.onNotice ?? (() => undefined),
  });
  const asked: AskedBatch[] = [];
  try {
    for (const record of open) {
      const batch = new OpenBatch(record, batchFilesOf(run.store.files.batchFolder, record.batch), undefined);
      const found = await ask(batch, sender, options, log).catch((error: unknown) => {
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

type Found = Omit<AskedBatch, "record">;

/** @param log Where an end is noted. Undefined unless this process alone cancels batches. */
async function ask(open: OpenBatch, sender: BatchSender, options: AskAboutBatchesOptions, log: BatchLog | undefined): Promise<Found> {
  const { cancel, giveUp = false } = options;
  const { batch, step } = open.record;
  const ended = async (end: BatchEnd, live?: Found["live"]): Promise<Found> => {
    if (log !== undefined) open.record = await log.note({ step: "ended", batch, ...end });
    return { live, problem: undefined };
  };
  const givenUp = async (why: string, live?: Found["live"]): Promise<Found> => {
    if (!giveUp) return { live, problem: why.includes(giveUpAdvice) ? why : `${why}. ${giveUpAdvice}` };
    if (log === undefined) return { live, problem: `${why}. Another process is at work in the directory, so nothing is given up` };
    return ended({ state: "lost", completed: 0, failed: 0, said: why }, live);
  };
  if (step === "ended") return { live: undefined, problem: undefined };
  // Replies that another program wrote are taken by the next run.
  if (step === "wave") return open.repliesWrittenMs === undefined ? ended(withdrawn) : { live: undefined, problem: undefined };
  try {
    if (log !== undefined && step === "uploaded") await sender.adoptInDoubt(open);
    const before = await sender.find(open);
    if (before === undefined) return ended(withdrawn);
    const job = cancel && before.state === "open" && !before.isCancelling ? await sender.cancel(open, before.id) : before;
    const live = { state: job.said === "" ? job.status : `${job.status} (${job.said})`, done: job.counts.completed };
    if (log === undefined || job.state === "open") return { live, problem: undefined };
    const end = await sender.look(open);
    if (typeof end === "string") return givenUp("Its server shows no file of replies yet. They may come in some minutes", live);
    return end.state === unreadable ? givenUp(end.said ?? "", live) : ended(end, live);
  } catch (error) {
    if (!(error instanceof ModelError) || !(isGone(error) || isMissing(error))) throw error;
    return givenUp(
      `${error.message}. Is the key of the account that batch ${batch} was begun with (--api-key-env)? Does the server want a header or a query (--header, --base-url)? If the batch is gone, ${giveUpAdvice}`,
    );
  }
}

function unlessInUse(error: unknown): undefined {
  if (!(error instanceof RunInUse)) throw error;
}

/** Undefined for a file that no server gets. */
function serverOf(record: BatchRecord, options: AskAboutBatchesOptions): BatchServer | undefined {
  const { apiKeyEnv, baseUrls = [], headers = {}, env = process.env } = options;
  const { server } = record;
  const url = baseUrls.find((one) => addressOfServer(one) === server) ?? record.url;
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
