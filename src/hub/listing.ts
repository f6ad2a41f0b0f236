import { z } from "zod";
import { SysGenError, UsageError } from "../errors.ts";
import { cachedCommit, isCommit, rememberListing, rememberedListing, snapshotFiles } from "./cache-folder.ts";
import type { HubClient } from "./client.ts";
import { HubRefused } from "./refusal.ts";

/** The files of a commit. `id` is missing when only a copy in the cache is known. */
export interface Listing {
  readonly revision: string;
  readonly commit: string;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly id?: string }[];
}

/** Lists files, either by asking the hub or from the cache. */
export interface ListingSource {
  /** Why the hub is not asked. Undefined when it is. */
  readonly offline: string | undefined;
  /**
   * Lists the files of a revision. Undefined when there is no such revision.
   * @throws HubRefused when the hub refuses.
   * @throws HubUnreachable when it cannot be reached.
   */
  list(revision: string): Promise<Listing | undefined>;
  /** Branches, tags and other refs, for messages. Empty when the hub is not asked. */
  refs(): Promise<readonly string[]>;
}

const commit = z.string().regex(/^[0-9a-f]{40}$/);
const entrySchema = z.object({
  type: z.string(),
  path: z.string(),
  size: z.number(),
  oid: z.string().optional(),
  lfs: z.object({ oid: z.string(), size: z.number() }).optional(),
});
const ref = z.object({ name: z.string(), ref: z.string() });
const refsSchema = z.object({ branches: z.array(ref).catch([]), converts: z.array(ref).catch([]), tags: z.array(ref).catch([]) });

/**
 * Asks the hub and stores its answers in `folder`. A commit that was listed before is not listed
 * again.
 */
export function hubListings(client: HubClient, folder: string): ListingSource {
  const { repo } = client.about;
  return {
    offline: undefined,
    async list(revision) {
      try {
        const commit = isCommit(revision) ? revision : await commitOf(client, revision);
        const known = await rememberedListing(folder, commit);
        const files = known ?? (await filesOf(client, commit));
        await rememberListing(folder, revision, commit, files);
        return { revision, commit, files };
      } catch (error) {
        if (error instanceof HubRefused && error.code === "RevisionNotFound") return undefined;
        throw error;
      }
    },
    async refs() {
      const { hubUrl, fetch, accessToken } = client.call;
      const headers = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
      const reply = await fetch(`${hubUrl}/api/datasets/${repo}/refs`, { headers });
      const refs = refsSchema.parse(await reply.json());
      return [...refs.branches, ...refs.tags].map(({ name }) => name).concat(refs.converts.map(({ ref }) => ref));
    },
  };
}

/**
 * Lists what the cache holds, without asking the hub.
 * @param why Why the hub is not asked.
 */
export function cachedListings(folder: string, why: string, onNotice: ((text: string) => void) | undefined): ListingSource {
  return {
    offline: why,
    async list(revision) {
      const commit = await cachedCommit(folder, revision);
      if (commit === undefined) return undefined;
      const remembered = await rememberedListing(folder, commit);
      if (remembered) return { revision, commit, files: remembered };
      const files = await snapshotFiles(folder, commit);
      if (files === undefined) return undefined;
      onNotice?.(`The cache holds files of commit ${commit.slice(0, 8)} that another program fetched; whether they are all is not known.`);
      return { revision, commit, files };
    },
    refs: () => Promise.resolve([]),
  };
}

async function commitOf({ about, call }: HubClient, revision: string): Promise<string> {
  const { datasetInfo, modelInfo } = await import("@huggingface/hub");
  const asked = { name: about.repo, revision, ...call };
  const info = await (about.kind === "dataset"
    ? datasetInfo({ ...asked, additionalFields: ["sha"] })
    : modelInfo({ ...asked, additionalFields: ["sha"] }));
  return expected(commit, info.sha, "a commit id");
}

async function filesOf({ about, call }: HubClient, commit: string): Promise<{ path: string; bytes: number; id: string }[]> {
  const { listFiles } = await import("@huggingface/hub");
  const files: { path: string; bytes: number; id: string }[] = [];
  // Lists by commit. The library does not escape slashes in branch names, and a branch may move
  // between two pages of the list.
  for await (const entry of listFiles({ repo: { type: about.kind, name: about.repo }, recursive: true, revision: commit, ...call })) {
    const { type, path, size, oid, lfs } = expected(entrySchema, entry, "a file of the tree");
    const id = lfs?.oid ?? oid;
    if (type === "file" && id !== undefined && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(id))
      files.push({ path, bytes: lfs?.size ?? size, id });
  }
  return files;
}

/**
 * Checks a part of the hub's reply.
 * @throws SysGenError when it does not have the expected shape.
 */
function expected<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SysGenError(`The hub's answer is not understood: expected ${what}, found ${JSON.stringify(value)?.slice(0, 100)}.`);
}

/**
 * Throws for a revision that does not exist.
 * @throws UsageError that lists the revisions that do.
 */
export async function unknownRevision(source: ListingSource, repo: string, revision: string): Promise<never> {
  const refs = await source.refs().catch(() => []);
  const known = refs.length === 0 ? "" : ` Its branches and tags: ${refs.slice(0, 30).join(", ")}.`;
  throw new UsageError(`The data set ${repo} has no revision "${revision}".${known} Without @revision, the newest files are taken.`);
}
