import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "../errors.ts";

/** Environment variables, as the caller hands them over. An empty value counts as unset. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The hub's address without a trailing slash: `HF_ENDPOINT`, default `https://huggingface.co`. @throws UsageError when it is no web address. */
export function hubEndpoint(env: Environment): string {
  const endpoint = (env["HF_ENDPOINT"]?.trim() || "https://huggingface.co").replace(/\/+$/, "");
  if (!/^https?:\/\//.test(endpoint) || !URL.canParse(endpoint))
    throw new UsageError(`HF_ENDPOINT: expected a web address such as https://huggingface.co, found "${endpoint}".`);
  return endpoint;
}

/**
 * The access token, trimmed: `HF_TOKEN`, else the content of the file `HF_TOKEN_PATH`, else of `token` in the Hugging Face
 * folder, where `hf auth login` puts it. Undefined when there is none.
 */
export async function hubToken(env: Environment): Promise<string | undefined> {
  const named = env["HF_TOKEN"]?.trim();
  if (named) return named;
  const text = await readFile(env["HF_TOKEN_PATH"] || join(huggingFaceFolder(env), "token"), "utf8").catch(() => "");
  return text.trim() || undefined;
}

/** The cache that Python's huggingface_hub uses too: `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, else `hub` in the Hugging Face folder. */
export function hubCacheFolder(env: Environment): string {
  return env["HF_HUB_CACHE"] || env["HUGGINGFACE_HUB_CACHE"] || join(huggingFaceFolder(env), "hub");
}

/** True when `SYSGEN_OFFLINE` or `HF_HUB_OFFLINE` is set to anything but 0 or false: nothing may be fetched then. */
export function isOffline(env: Environment): boolean {
  return [env["SYSGEN_OFFLINE"], env["HF_HUB_OFFLINE"]].some((value) => value !== undefined && !/^(|0|false|no|off)$/i.test(value.trim()));
}

/** `HF_HOME`, else `huggingface` in `XDG_CACHE_HOME` or `~/.cache`. */
function huggingFaceFolder(env: Environment): string {
  return env["HF_HOME"] || join(env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "huggingface");
}
