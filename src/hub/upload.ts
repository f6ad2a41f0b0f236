import { stat } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { UsageError, messageOf } from "../errors.ts";
import { isInsidePath } from "./cache-folder.ts";
import { openHubClient, type HubClient } from "./client.ts";
import { digestOfFile, digestOfId } from "./digest.ts";
import { hubEndpoint, hubToken, isOffline, type Environment } from "../platform/environment.ts";
import { isRepoName } from "./reference.ts";
import { HubRefused, pageOf } from "./refusal.ts";

/** A local file and its place in the repository. */
export interface UploadFile {
  /** The path in the repository. */
  readonly path: string;
  readonly localPath: string;
}

/** How far an upload is. */
export interface UploadProgress {
  readonly path: string;
  readonly state: "hashing" | "uploading";
  /** The part of this file that is done, from 0 to 1. */
  readonly share: number;
  /** Number of files in finished commits. */
  readonly doneFiles: number;
  /** Number of files that differ from the repository's. */
  readonly totalFiles: number;
}

/** Options of `uploadDataset`. */
export interface UploadOptions {
  /** `owner/name`. Created when it does not exist. */
  readonly repo: string;
  readonly files: readonly UploadFile[];
  /** Title of the commit. */
  readonly title: string;
  /** Whether a created repository is private. An existing one is not changed. Default true. */
  readonly isPrivate?: boolean;
  /** Default `main`. Another branch is created when it does not exist. */
  readonly branch?: string | undefined;
  readonly env: Environment;
  /** Used for requests to the hub instead of the built-in client. */
  readonly fetch?: typeof fetch | undefined;
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What an upload came to. */
export interface Uploaded {
  /** The dataset's web page, at the branch when that is not `main`. */
  readonly url: string;
  /** The newest commit. The last one made, or the branch's newest when no file differed. */
  readonly commit: string;
  /** Number of files that differed from the repository's and were sent. */
  readonly sentFiles: number;
}

/**
 * Checks the name of the repository.
 * @throws UsageError when the text is not `owner/name`.
 */
export function checkTarget(repo: string): void {
  if (!isRepoName(repo) || !repo.includes("/"))
    throw new UsageError(`Cannot upload to "${repo}": expected <owner>/<name> in letters, digits, -, _ and ., for example my-team/my-set.`);
}

/** The hub's own limit. Commits with more files time out. */
const filesPerCommit = 100;

/**
 * Sends files to a dataset of the hub, streamed from disk, in commits of at most 100 files. Files
 * that the branch already has with the same content are not sent, so repeating an upload that broke
 * off is cheap.
 * @throws UsageError when there is no token, the hub refuses, a file cannot be read, or the network
 * is switched off.
 */
export async function uploadDataset(options: UploadOptions): Promise<Uploaded> {
  const { repo, env, signal } = options;
  const branch = options.branch ?? "main";
  await checkUpload(options);
  await using client = await openHubClient({ env, repo, fetch: options.fetch, signal, stallMs: 300_000 });
  await ensureRepo(client, options.isPrivate ?? true);
  let commit = await ensureBranch(client, branch);
  const changed: UploadFile[] = [];
  for (const files of chunks(options.files)) changed.push(...(await changedFiles(client, branch, files, signal)));
  const parts = chunks(changed);
  for (const [index, files] of parts.entries()) {
    const title = parts.length === 1 ? options.title : `${options.title} (${index + 1} of ${parts.length})`;
    commit = await commitFiles(client, { ...options, branch, title, files }, index * filesPerCommit, changed.length);
  }
  return { url: `${pageOf(client.about)}${branch === "main" ? "" : `/tree/${branch}`}`, commit, sentFiles: changed.length };
}

async function checkUpload({ repo, files, env }: UploadOptions): Promise<void> {
  const endpoint = hubEndpoint(env);
  checkTarget(repo);
  if (isOffline(env)) throw new UsageError("Cannot upload: the network is switched off. Unset HF_HUB_OFFLINE and SYSGEN_OFFLINE.");
  if ((await hubToken(env)) === undefined)
    throw new UsageError(
      `Uploading needs an access token that may write: make one at ${endpoint}/settings/tokens and set HF_TOKEN, or log in with: hf auth login`,
    );
  for (const { path, localPath } of files) {
    if (!isInsidePath(path))
      throw new UsageError(`Cannot upload to the path "${path}": expected one like data/train.parquet, with no .. in it.`);
    const info = await stat(localPath).catch((error: unknown) => {
      throw new UsageError(`Cannot upload ${localPath}: ${messageOf(error)}`, { cause: error });
    });
    if (!info.isFile()) throw new UsageError(`Cannot upload ${localPath}: expected a file.`);
  }
}

async function ensureRepo({ about, call, token }: HubClient, isPrivate: boolean): Promise<void> {
  const { datasetInfo, createRepo } = await import("@huggingface/hub");
  try {
    await datasetInfo({ name: about.repo, ...call });
  } catch (error) {
    // RevisionNotFound means that the repository exists and has no commit. A private repository of
    // somebody else looks missing, and then cannot be created.
    if (error instanceof HubRefused && error.code === "RevisionNotFound") return;
    const isMissing = error instanceof HubRefused && (error.code === "RepoNotFound" || (error.code === undefined && error.status === 404));
    if (!isMissing) throw error;
    await createRepo({
      repo: { type: "dataset", name: about.repo },
      visibility: isPrivate ? "private" : "public",
      ...call,
      accessToken: token ?? "",
    }).catch((problem: unknown) => {
      // 409 means that another process created it first.
      if (!(problem instanceof HubRefused && problem.status === 409)) throw problem;
    });
  }
}

/**
 * The branch's newest commit. Creates the branch when it does not exist. Empty for a repository
 * without commits.
 */
async function ensureBranch({ about, call }: HubClient, branch: string): Promise<string> {
  const { datasetInfo, createBranch } = await import("@huggingface/hub");
  const newest = async (): Promise<string> =>
    (await datasetInfo({ name: about.repo, revision: branch, additionalFields: ["sha"], ...call })).sha;
  try {
    return await newest();
  } catch (error) {
    if (!(error instanceof HubRefused && error.code === "RevisionNotFound")) throw error;
    if (branch === "main") return "";
    await createBranch({ repo: { type: "dataset", name: about.repo }, branch, ...call });
    return await newest();
  }
}

/** The files that the branch does not have or has with other content. */
async function changedFiles(
  { about, call }: HubClient,
  branch: string,
  files: readonly UploadFile[],
  signal: AbortSignal | undefined,
): Promise<UploadFile[]> {
  const { pathsInfo } = await import("@huggingface/hub");
  const paths = files.map(({ path }) => path);
  const known = await pathsInfo({ repo: { type: "dataset", name: about.repo }, revision: branch, paths, ...call }).catch(
    (error: unknown) => {
      if (error instanceof HubRefused && error.code === "RevisionNotFound") return [];
      throw error;
    },
  );
  const byPath = new Map(known.map((info) => [info.path, info]));
  const changed: UploadFile[] = [];
  for (const file of files) {
    const there = byPath.get(file.path);
    const digest = digestOfId(there?.lfs?.oid ?? there?.oid ?? "");
    const isSame =
      digest !== undefined &&
      (await stat(file.localPath)).size === (there?.lfs?.size ?? there?.size) &&
      (await digestOfFile(file.localPath, digest.algorithm, signal)) === digest.hex;
    if (!isSame) changed.push(file);
  }
  return changed;
}

async function commitFiles(
  { about, call }: HubClient,
  { files, title, branch, signal, onProgress }: UploadOptions & { readonly branch: string },
  doneFiles: number,
  totalFiles: number,
): Promise<string> {
  const { commitIter } = await import("@huggingface/hub");
  const steps = commitIter({
    repo: { type: "dataset", name: about.repo },
    title,
    branch,
    operations: await Promise.all(
      files.map(async ({ path, localPath }) => ({ operation: "addOrUpdate", path, content: await contentOf(localPath) }) as const),
    ),
    // Large files are sent by Git LFS. The hub accepts it and moves the files to Xet itself, and
    // every other LFS server accepts it too. An upload by Xet would need further hosts that a
    // firewall may close, and would hold whole blocks of 64 MB in memory.
    useXet: false,
    ...(signal ? { abortSignal: signal } : {}),
    ...call,
  });
  for (;;) {
    const step = await steps.next();
    if (step.done === true) return step.value?.commit.oid ?? "";
    const event = step.value;
    if (event.event === "fileProgress" && event.state !== "error")
      onProgress?.({ path: event.path, state: event.state, share: event.progress, doneFiles, totalFiles });
  }
}

/**
 * The file's content for the library. The library streams a file URL from disk, but cannot read an
 * empty file that way.
 */
async function contentOf(localPath: string): Promise<URL | Blob> {
  return (await stat(localPath)).size === 0 ? new Blob([]) : pathToFileURL(localPath);
}

function chunks<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / filesPerCommit) }, (_, index) =>
    all.slice(index * filesPerCommit, (index + 1) * filesPerCommit),
  );
}
