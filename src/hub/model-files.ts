import { UsageError } from "../errors.ts";
import { repoFolder } from "./cache-folder.ts";
import { openHubClient } from "./client.ts";
import { hubEndpoint, hubToken, isOffline, type Environment } from "../platform/environment.ts";
import { hubFile, type Snapshot } from "./hub-file.ts";
import { cachedListings, hubListings, type ListingSource } from "./listing.ts";
import { HubUnreachable, meanwhile } from "./refusal.ts";

export interface ModelFilesOptions {
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * Fetches files of a model's newest commit into the cache that Python's huggingface_hub shares.
 * Returns the path on disk of each of `paths` that the model has. Without network the cache's copy
 * is used.
 * @throws UsageError when there is no such model, access is refused, or the hub cannot be reached
 * and the cache lacks the files.
 */
export async function fetchModelFiles(
  repo: string,
  paths: readonly string[],
  options: ModelFilesOptions,
): Promise<ReadonlyMap<string, string>> {
  const { env } = options;
  const folder = repoFolder(env, repo, "model");
  const fromCache = (why: string): Promise<Map<string, string>> => fetchFrom(cachedListings(folder, why, undefined), repo, paths, options);
  if (isOffline(env)) return fromCache("the network is switched off");
  await using client = await openHubClient({ env, repo, kind: "model", signal: options.signal });
  try {
    return await fetchFrom(hubListings(client, folder), repo, paths, options);
  } catch (error) {
    if (error instanceof HubUnreachable) return await meanwhile(error, fromCache);
    throw error;
  }
}

async function fetchFrom(
  source: ListingSource,
  repo: string,
  paths: readonly string[],
  { env, signal, onNotice }: ModelFilesOptions,
): Promise<Map<string, string>> {
  const folder = repoFolder(env, repo, "model");
  const listing = await source.list("main");
  if (listing === undefined)
    throw new UsageError(
      source.offline === undefined
        ? `The model ${repo} has no branch main.`
        : `The model ${repo} is not in the cache (${folder}), and ${source.offline}.`,
    );
  const { commit, revision } = listing;
  const about = { endpoint: hubEndpoint(env), kind: "model", repo, revision } as const;
  const token = await hubToken(env);
  const snapshot: Snapshot = { env, about, commit, folder, offline: source.offline !== undefined, token, signal, onNotice };
  const places = new Map<string, string>();
  for (const file of listing.files) {
    if (paths.includes(file.path)) places.set(file.path, await hubFile(file, snapshot).fetch());
  }
  return places;
}
