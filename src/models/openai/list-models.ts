import { messageOf } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";
import { Connections } from "./connections.ts";
import { checkServer } from "./openai-compatible.ts";
import { proxyOf } from "./proxy.ts";
import { requestHeaders } from "./request-headers.ts";
import { modelNames } from "./served-models.ts";

export interface ListOptions {
  /** Such as `http://gpu1:8000/v1`. Without a version in its path, `/v1` is tried too. */
  readonly baseUrl: string;
  /** The environment variable that holds the key. It need not be set. Without it no key is sent. */
  readonly apiKeyEnv?: string;
  readonly timeoutMs: number;
  readonly env: Environment;
}

/** What a server serves, or why that is not known. */
export type ListedModels =
  | { readonly baseUrl: string; readonly names: readonly string[] }
  | { readonly baseUrl: string; readonly problem: string; readonly wantsKey: boolean };

const mostBytes = 4 * 2 ** 20;

/**
 * Asks a server at `/models` for the names of its models.
 * @returns The names, with the base URL that answered.
 * @throws UsageError when the base URL is not a web address.
 */
export async function listModels(options: ListOptions): Promise<ListedModels> {
  const given = options.baseUrl.replace(/\/+$/, "");
  const first = await listAt(given, options);
  if ("names" in first || first.wantsKey || /\/v\d/.test(given)) return first;
  const second = await listAt(`${given}/v1`, options);
  return "names" in second || second.wantsKey ? second : first;
}

async function listAt(baseUrl: string, { apiKeyEnv, timeoutMs, env }: ListOptions): Promise<ListedModels> {
  checkServer(baseUrl, undefined);
  const url = new URL(baseUrl);
  const headers = requestHeaders(url, (apiKeyEnv && env[apiKeyEnv]?.trim()) || undefined, {});
  const connections = new Connections(url.origin, proxyOf(url, env)?.url);
  try {
    const path = `${url.pathname.replace(/\/chat\/completions$/, "")}/models${url.search}`.replace(/^\/\//, "/");
    const { status, text } = await connections.get({ path, headers, timeoutMs, mostBytes });
    const names = status === 200 ? modelNames(text) : undefined;
    if (names !== undefined) return { baseUrl, names };
    return {
      baseUrl,
      problem: `${url.host} answered ${status} at ${path}, and no list of models`,
      wantsKey: status === 401 || status === 403,
    };
  } catch (error) {
    return { baseUrl, problem: `${url.host} cannot be reached: ${messageOf(error)}`, wantsKey: false };
  } finally {
    await connections.close();
  }
}
