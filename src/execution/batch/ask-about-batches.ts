import { ModelError } from "../../errors.ts";
import { keyIn } from "../../models/openai/backend.ts";
import { BatchClient } from "../../models/openai/batch-client.ts";
import type { BatchServer } from "../../models/openai/batch-http.ts";
import { batchWireSchema } from "../../models/openai/batch-wire.ts";
import { addressOfServer } from "../../models/openai/openai-compatible.ts";
import { proxyOf } from "../../models/openai/proxy.ts";
import { requestHeaders, userHeaders, type RequestHeaders } from "../../models/openai/request-headers.ts";
import type { Environment } from "../../platform/environment.ts";
import type { BatchRecord } from "../../runs/batches/batch-log.ts";
import { batchStatus } from "../../runs/batches/batch-status.ts";
import { openRun } from "../../runs/open-run.ts";

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
  readonly record: BatchRecord;
  /** What its server says now. Undefined if it was not asked. */
  readonly live: { readonly state: string; readonly done: number } | undefined;
  /** Why its server did not say. */
  readonly problem: string | undefined;
}

/**
 * Asks the servers of a run's open batches how far they are, and cancels them if told to. Works
 * beside the process that waits for them.
 * @throws UsageError when the folder holds no run.
 */
export async function askAboutBatches(
  folder: string,
  options: AskAboutBatchesOptions,
): Promise<{ readonly open: readonly AskedBatch[]; readonly taken: number }> {
  await using run = await openRun(folder, "read");
  const { open = [], taken = 0 } = batchStatus(run.store, new Map()) ?? {};
  const asked: AskedBatch[] = [];
  for (const record of open) {
    const { step, id, url } = record;
    if (step !== "created" || id === undefined || url === undefined) asked.push({ record, live: undefined, problem: undefined });
    else asked.push(await ask(record, id, serverOf(url, record, options), options.cancel));
  }
  return { open: asked, taken };
}

async function ask(record: BatchRecord, id: string, server: BatchServer, cancel: boolean): Promise<AskedBatch> {
  const client = new BatchClient(server, new AbortController().signal, batchWireSchema.parse(record.wire));
  try {
    const before = await client.get(id);
    const job = cancel && before.state === "open" ? await client.cancel(id) : before;
    return {
      record,
      live: { state: job.said === "" ? job.status : `${job.status} (${job.said})`, done: job.counts.completed },
      problem: undefined,
    };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { record, live: undefined, problem: error.message };
  } finally {
    await client.close();
  }
}

function serverOf(url: string, record: BatchRecord, { apiKeyEnv, headers = {}, env = process.env }: AskAboutBatchesOptions): BatchServer {
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
