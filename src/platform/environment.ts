import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { keepSecretsOf } from "../secrets.ts";
import { headerValue } from "./header-value.ts";

/** Environment variables. An empty value counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The hub's address from `HF_ENDPOINT`, without a trailing slash. Default `https://huggingface.co`.
 * @throws UsageError when it is not a web address.
 */
export function hubEndpoint(env: Environment): string {
  const endpoint = (env["HF_ENDPOINT"]?.trim() || "https://huggingface.co").replace(/\/+$/, "");
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    throw new UsageError(`HF_ENDPOINT: expected a web address such as https://huggingface.co, found "${endpoint}".`);
  keepSecretsOf(new URL(endpoint));
  return endpoint;
}

/**
 * The access token of the hub, trimmed. It is `HF_TOKEN`, else the content of the file
 * `HF_TOKEN_PATH`, else of the file `token` in the Hugging Face folder, where `hf auth login` puts
 * it. Undefined when there is none.
 * @throws UsageError when a header cannot hold it.
 */
export async function hubToken(env: Environment): Promise<string | undefined> {
  const named = env["HF_TOKEN"]?.trim();
  if (named) return headerValue(named, "HF_TOKEN");
  const path = env["HF_TOKEN_PATH"] || join(huggingFaceFolder(env), "token");
  const stored = (await readFile(path, "utf8").catch(() => "")).trim();
  return stored === "" ? undefined : headerValue(stored, `The token file ${path}`);
}

/**
 * The cache folder, shared with Python's huggingface_hub. It is `HF_HUB_CACHE`, else
 * `HUGGINGFACE_HUB_CACHE`, else `hub` in the Hugging Face folder.
 */
export function hubCacheFolder(env: Environment): string {
  return env["HF_HUB_CACHE"] || env["HUGGINGFACE_HUB_CACHE"] || join(huggingFaceFolder(env), "hub");
}

/**
 * Whether the network is switched off, so that nothing may be fetched. It is when `SYSGEN_OFFLINE`
 * or `HF_HUB_OFFLINE` is set to anything but `0`, `false`, `no` or `off`.
 */
export function isOffline(env: Environment): boolean {
  return [env["SYSGEN_OFFLINE"], env["HF_HUB_OFFLINE"]].some((value) => value !== undefined && !/^(|0|false|no|off)$/i.test(value.trim()));
}

/**
 * This program's cache folder. It is `SYSGEN_CACHE`, else `sysgen` in `XDG_CACHE_HOME` or
 * `~/.cache`.
 */
export function cacheFolder(env: Environment): string {
  return env["SYSGEN_CACHE"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "sysgen");
}

/** `HF_HOME`, else the folder `huggingface` in `XDG_CACHE_HOME` or `~/.cache`. */
function huggingFaceFolder(env: Environment): string {
  return env["HF_HOME"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "huggingface");
}
