import { readFile } from "node:fs/promises";
import { UsageError, isAbort, messageOf } from "../errors.ts";
import { repoFolder } from "./cache-folder.ts";
import { readCard, type Card } from "./card.ts";
import { chooseSplit, type Choice } from "./choose-split.ts";
import { openHubClient } from "./client.ts";
import { dataFileEndings } from "./data-file-names.ts";
import { hubEndpoint, hubToken, isOffline, type Environment } from "../platform/environment.ts";
import { hubFile, isCached, type FileProgress, type HubFile, type Snapshot } from "./hub-file.ts";
import { branchLayout, conversionLayout } from "./layout.ts";
import { cachedListings, hubListings, unknownRevision, type Listing, type ListingSource } from "./listing.ts";
import { formatHubReference, type HubReference } from "./reference.ts";
import { HubRefused, HubUnreachable, meanwhile } from "./refusal.ts";

/** Options of `openHubDataset`. */
export interface HubOptions {
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  /**
   * Used for requests to the hub's API instead of the built-in client. Files are transferred
   * without it.
   */
  readonly fetch?: typeof fetch | undefined;
  /**
   * Called with what a person should know, such as files taken from the cache or a wait for another
   * process.
   */
  readonly onNotice?: ((text: string) => void) | undefined;
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
}

/** One split of a dataset on the hub, at one commit. */
export interface HubDataset {
  readonly repo: string;
  /**
   * The revision that the files are from. It is the reference's revision, else
   * `refs/convert/parquet` or `main`.
   */
  readonly revision: string;
  readonly commit: string;
  readonly config: string;
  readonly split: string;
  /** In natural order. Not fetched yet. */
  readonly files: readonly HubFile[];
  readonly card: {
    readonly licence?: string;
    /** Number of rows of this split, as the card states it. */
    readonly rows?: number;
  };
}

const conversion = "refs/convert/parquet";

/**
 * Finds the files of one split without fetching them. Without a revision in the reference, these
 * are the files of the hub's Parquet conversion
 * (https://huggingface.co/docs/dataset-viewer/parquet) when it is complete, else those of `main`.
 * Without network the cache's copy is used.
 * @throws UsageError when the dataset, revision, config or split does not exist, access is refused,
 * or the hub cannot be reached and the cache lacks files.
 */
export async function openHubDataset(reference: HubReference, options: HubOptions): Promise<HubDataset> {
  const { env } = options;
  const folder = repoFolder(env, reference.repo);
  const openCached = (why: string): Promise<HubDataset> => open(reference, options, cachedListings(folder, why, options.onNotice));
  if (isOffline(env)) return openCached("the network is switched off (HF_HUB_OFFLINE or SYSGEN_OFFLINE)");
  await using client = await openHubClient({ env, repo: reference.repo, fetch: options.fetch, signal: options.signal });
  try {
    return await open(reference, options, hubListings(client, folder));
  } catch (error) {
    if (error instanceof HubUnreachable) return await meanwhile(error, openCached);
    throw error;
  }
}

async function open(reference: HubReference, options: HubOptions, source: ListingSource): Promise<HubDataset> {
  const { repo, revision } = reference;
  // The conversion's branch has no card of its own, so the card comes from `main`.
  const isConversion = revision?.startsWith("refs/convert/") ?? false;
  const own = revision === undefined || isConversion ? "main" : revision;
  const ofOwner = await source.list(own);
  const converted = revision === undefined || isConversion ? await source.list(revision ?? conversion) : undefined;
  if (source.offline === undefined) {
    if (ofOwner === undefined) return unknownRevision(source, repo, own);
    if (isConversion && converted === undefined) return unknownRevision(source, repo, revision ?? conversion);
  }
  const card = await readCard(ofOwner ? await readmeOf(ofOwner, reference, options, source) : "", options.onNotice);
  const { listing, choice } = choose(reference, card, ofOwner, converted, options, source);
  const snapshot = await snapshotOf(listing, reference, options, source);
  const byPath = new Map(listing.files.map((file) => [file.path, file]));
  const files = choice.paths.map((path) => byPath.get(path)).filter((file) => file !== undefined);
  if (source.offline !== undefined) {
    const missing: string[] = [];
    for (const file of files) if (!(await isCached(file, snapshot))) missing.push(file.path);
    if (missing.length > 0) throw notCached(reference, snapshot.folder, source.offline, `lacks ${missing.length} of ${files.length} files`);
    options.onNotice?.(
      `${formatHubReference(reference)} is taken from the cache (commit ${listing.commit.slice(0, 8)}): ${source.offline}.`,
    );
  }
  const rows = card.rowsOf(choice.config, choice.split);
  return {
    repo,
    revision: listing.revision,
    commit: listing.commit,
    config: choice.config,
    split: choice.split,
    files: files.map((file) => hubFile(file, snapshot)),
    card: { ...(card.licence === undefined ? {} : { licence: card.licence }), ...(rows === undefined ? {} : { rows }) },
  };
}

/**
 * Chooses between the conversion and the owner's files. Takes the conversion unless it is
 * incomplete or lacks the named config or split.
 */
function choose(
  reference: HubReference,
  card: Card,
  ofOwner: Listing | undefined,
  converted: Listing | undefined,
  { env, onNotice }: HubOptions,
  source: ListingSource,
): { listing: Listing; choice: Choice } {
  const { repo, revision } = reference;
  const layout = converted ? conversionLayout(pathsOf(converted), card) : [];
  const fromOwner = (): { listing: Listing; choice: Choice } => {
    if (ofOwner === undefined) throw notCached(reference, repoFolder(env, repo), source.offline ?? "", "does not hold it");
    const layout = branchLayout(pathsOf(ofOwner), card);
    if (layout.length > 0) return { listing: ofOwner, choice: chooseSplit(layout, reference) };
    const some = pathsOf(ofOwner).slice(0, 5).join(", ");
    throw new UsageError(
      `The data set ${repo} has no files that can be read: expected ${dataFileEndings} (also .gz, .zst); found ${some || "no files"}.`,
    );
  };
  if (converted === undefined || layout.length === 0) {
    // When offline, a conversion that was asked for by name is not replaced by other files.
    if (revision?.startsWith("refs/convert/") === true)
      throw notCached(reference, repoFolder(env, repo), source.offline ?? "", "does not hold it");
    return fromOwner();
  }
  let choice: Choice;
  try {
    choice = chooseSplit(layout, reference);
  } catch (error) {
    // The hub may have failed to convert only this config or split.
    if (revision !== undefined || (reference.config === undefined && reference.split === undefined)) throw error;
    try {
      return fromOwner();
    } catch {
      throw error;
    }
  }
  if (!choice.isPartial) return { listing: converted, choice };
  const named = `${repo}, config ${choice.config}, split ${choice.split}`;
  if (revision !== undefined) {
    onNotice?.(`The hub's Parquet conversion of ${named} is incomplete: only the beginning of the rows is read.`);
    return { listing: converted, choice };
  }
  const original = fromOwner();
  onNotice?.(`The hub's Parquet conversion of ${named} is incomplete; the original files are read.`);
  return original;
}

/** The text of README.md. Empty when there is none. */
async function readmeOf(listing: Listing, reference: HubReference, options: HubOptions, source: ListingSource): Promise<string> {
  const readme = listing.files.find(({ path }) => path === "README.md");
  if (readme === undefined) return "";
  const snapshot = await snapshotOf(listing, reference, { ...options, onProgress: undefined }, source);
  try {
    return await readFile(await hubFile(readme, snapshot).fetch(), "utf8");
  } catch (error) {
    if (source.offline !== undefined) return "";
    if (error instanceof HubRefused || isAbort(error) || options.signal?.aborted === true || error instanceof UsageError) throw error;
    throw new HubUnreachable(`the card cannot be fetched (${messageOf(error)})`, { cause: error });
  }
}

async function snapshotOf(
  { commit, revision }: Listing,
  { repo }: HubReference,
  { env, signal, onNotice, onProgress }: HubOptions,
  { offline }: ListingSource,
): Promise<Snapshot> {
  const about = { endpoint: hubEndpoint(env), kind: "dataset", repo, revision } as const;
  const folder = repoFolder(env, repo);
  return { env, about, commit, folder, offline: offline !== undefined, token: await hubToken(env), signal, onNotice, onProgress };
}

/** The error for files that the cache lacks while the hub is not asked. */
function notCached({ repo }: HubReference, folder: string, why: string, what: string): UsageError {
  return new UsageError(
    `The data set ${repo} cannot be read: ${why}, and the cache ${what} (${folder}). Run once with network, or copy the data set into the cache, or give files of your own.`,
  );
}

function pathsOf(listing: Listing): string[] {
  return listing.files.map(({ path }) => path);
}
