import { UsageError } from "../errors.ts";

/** A dataset of the Hugging Face hub, or a part of it. */
export interface HubReference {
  /** `owner/name`, or a name of one part such as `gsm8k`. */
  readonly repo: string;
  /** A branch, a tag, a commit, or a ref such as `refs/convert/parquet` or `refs/pr/3`. */
  readonly revision?: string;
  readonly config?: string;
  readonly split?: string;
}

const grammar = "hf:<owner>/<name>[@revision][:config][/split], for example hf:openai/gsm8k:main/test";
const prefix = "hf:";
/** A ref such as `refs/pr/3`. Only these revisions may hold slashes that are not escaped. */
const longRef = /^refs\/[^/]+\/[^/]+/;

/** True for text that is meant as a reference to the hub, well-formed or not. */
export function isHubReference(text: string): boolean {
  return text.startsWith(prefix);
}

/**
 * Reads `hf:<owner>/<name>[@revision][:config][/split]`. A repository name of one part takes a
 * split only after a config (`hf:gsm8k:main/test`). A slash in a branch's name is written as `%2F`,
 * unless a config follows.
 * @throws UsageError that shows the grammar.
 */
export function parseHubReference(text: string): HubReference {
  const refuse = (why: string): never => {
    throw new UsageError(`Cannot read "${text}" as a data set of the hub: ${why}. Expected ${grammar}.`);
  };
  if (!isHubReference(text)) return refuse(`it does not start with ${prefix}`);
  const rest = text.slice(prefix.length);
  const address = /^(?:\/\/|https?:\/\/[^/]+\/)?datasets\/([^/@:]+\/[^/@:]+)/.exec(rest)?.[1];
  if (address !== undefined) return refuse(`an address is not needed, say hf:${address}`);
  const [, name = "", at, colon, slash] = /^([^@:]*?)(?:(@[^:]*))?(?:(:[^/]*)(\/.*)?)?$/.exec(rest) ?? [];
  const parts = name.split("/");
  // Without a revision and a config, a third part of the name is the split. With a revision, the
  // split follows the revision.
  const repo = parts.slice(0, 2).join("/");
  let split = slash?.slice(1) ?? (parts.length > 2 ? parts.slice(2).join("/") : undefined);
  let revision = at?.slice(1);
  if (revision !== undefined && colon === undefined) {
    const taken = longRef.exec(revision)?.[0] ?? /^[^/]*/.exec(revision)?.[0] ?? "";
    if (taken.length < revision.length) split = revision.slice(taken.length + 1);
    revision = taken;
  }
  if (parts.length > 2 && (at !== undefined || colon !== undefined)) return refuse("the name has more than two parts");
  if (name === "") return refuse("the name is missing");
  if (!isRepoName(repo)) return refuse(`"${repo}" is no name of a data set`);
  revision = revision?.replaceAll(/%2F/gi, "/");
  if (revision !== undefined && !isRevision(revision)) return refuse(`"${revision}" is no revision`);
  const config = colon?.slice(1);
  if (config !== undefined && !/^[^/:@\\?*<>|\s][^/:\\?*<>|]*$/.test(config)) return refuse(`"${config}" is no name of a config`);
  if (split !== undefined && !/^\w[\w.-]*$/.test(split))
    return refuse(/[[\]+]/.test(split) ? `"${split}" is a slice; name a whole split` : `"${split}" is no name of a split`);
  return {
    repo,
    ...(revision === undefined ? {} : { revision }),
    ...(config === undefined ? {} : { config }),
    ...(split === undefined ? {} : { split }),
  };
}

/** Writes a reference so that `parseHubReference` reads the same one back. */
export function formatHubReference({ repo, revision, config, split }: HubReference): string {
  const isPlain = revision === undefined || !revision.includes("/") || longRef.exec(revision)?.[0] === revision;
  const at = revision === undefined ? "" : `@${isPlain ? revision : revision.replaceAll("/", "%2F")}`;
  return `${prefix}${repo}${at}${config === undefined ? "" : `:${config}`}${split === undefined ? "" : `/${split}`}`;
}

/**
 * True for a repository name by the hub's rule. It has letters, digits, `-`, `_` and `.`, and at
 * most 193 characters. It has no `--` or `..`. The cache relies on that, because it writes `--` for
 * a slash in the names of its folders.
 */
export function isRepoName(repo: string): boolean {
  return /^(?:[A-Za-z0-9][\w.-]*\/)?[A-Za-z0-9_][\w.-]*$/.test(repo) && !/--|\.\.|[-.](?:$|\/)|\.git$/.test(repo) && repo.length <= 193;
}

/** True for a revision that git allows as a name and that cannot lead out of a folder. */
function isRevision(revision: string): boolean {
  return /^[^\s~^:?*[\\\u0000-\u001f]+$/.test(revision) && !/\.\.|\/\/|^\/|\/$|^-|(?:^|\/)\.|@\{/.test(revision);
}
