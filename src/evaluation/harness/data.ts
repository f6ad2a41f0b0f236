import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import { openHubClient } from "../../hub/client.ts";
import { HubUnreachable } from "../../hub/refusal.ts";
import { filesBelow } from "../../platform/files-below.ts";
import { hubCacheFolder, hubEndpoint, isOffline, type Environment } from "../../platform/environment.ts";
import type { HarnessTask } from "./tasks.ts";

/** Where a task's items come from. */
export interface HarnessData {
  readonly from: string;
  /** Of the dataset's files in a data root. */
  readonly sha256?: string;
}

/**
 * Checks that the harness will find a task's dataset.
 * @param dataRoot The folder that holds `<owner>/<dataset>` as the hub does. Default the hub.
 * @throws UsageError when the dataset is not there, or the hub gives no access to it.
 */
export async function checkData(
  { dataset, title }: HarnessTask,
  dataRoot: string | undefined,
  { env, signal }: { readonly env: Environment; readonly signal: AbortSignal },
): Promise<HarnessData> {
  if (dataRoot === undefined) {
    await checkHub(dataset, title, env, signal);
    return { from: `hf:${dataset}` };
  }
  const folder = join(dataRoot, dataset);
  const files = await dataFilesIn(folder);
  if (files.length === 0)
    throw new UsageError(
      `--data-root ${dataRoot}: ${title} is read from ${folder}, ${existsSync(folder) ? "which holds no .parquet, .json, .jsonl or .csv file" : "which is not there"}. A machine with access to the hub makes it with "hf download --repo-type dataset ${dataset} --local-dir ${folder}".`,
    );
  return { from: folder, sha256: await digestOf(folder, files) };
}

async function checkHub(dataset: string, title: string, env: Environment, signal: AbortSignal): Promise<void> {
  const advice = `Without access to the hub, --data-root takes a folder that holds ${dataset} as the hub does.`;
  const isCached = isInCache(dataset, env);
  if (isOffline(env)) {
    if (isCached) return;
    throw new UsageError(`${title}: the network is switched off, and the dataset ${dataset} is not in the Hugging Face cache. ${advice}`);
  }
  try {
    await using client = await openHubClient({ env, repo: dataset, signal });
    await client.call.fetch(`${hubEndpoint(env)}/api/datasets/${dataset}/auth-check`, {
      headers: client.token === undefined ? {} : { authorization: `Bearer ${client.token}` },
    });
  } catch (error) {
    if (!(error instanceof HubUnreachable)) throw error;
    if (!isCached)
      throw new UsageError(`${title}: ${error.message}, and the dataset ${dataset} is not in the Hugging Face cache. ${advice}`);
  }
}

/** Whether `datasets` has prepared the dataset once. */
function isInCache(dataset: string, env: Environment): boolean {
  const folder = env["HF_DATASETS_CACHE"] || join(hubCacheFolder(env), "..", "datasets");
  return existsSync(join(folder, dataset.replace("/", "___")));
}

const dataFile = /\.(?:parquet|jsonl?|csv|arrow)(?:\.gz|\.zst)?$/;

async function dataFilesIn(folder: string): Promise<string[]> {
  const names = await filesBelow(folder).catch(() => []);
  return names.some((name) => dataFile.test(name)) ? names.filter((name) => dataFile.test(name) || name.endsWith("README.md")) : [];
}

async function digestOf(folder: string, files: readonly string[]): Promise<string> {
  const digest = createHash("sha256");
  for (const file of files) {
    digest.update(`${file.slice(folder.length)}\n`);
    for await (const chunk of createReadStream(file)) digest.update(chunk);
  }
  return digest.digest("hex");
}
