import { messageOf } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";
import { Connections } from "./connections.ts";
import { checkServer } from "./openai-compatible.ts";
import { proxyOf } from "./proxy.ts";
import { requestHeaders, userHeaders, type RequestHeaders } from "./request-headers.ts";
import { modelsIn, type ListedModel } from "./served-models.ts";

export interface ListOptions {
  /** Such as `http://gpu1:8000/v1`. Without a version in its path, `/v1` is tried too. */
  readonly baseUrl: string;
  /** The environment variable that holds the key. It need not be set. Without it no key is sent. */
  readonly apiKeyEnv?: string;
  /** Further headers, as `--header` gives them. Default none. */
  readonly headers?: RequestHeaders;
  readonly timeoutMs: number;
  readonly env: Environment;
}

/** What a server serves, or why that is not known. */
export type ListedModels =
  | { readonly baseUrl: string; readonly models: readonly ListedModel[] }
  | { readonly baseUrl: string; readonly problem: string; readonly wantsKey: boolean };

const mostBytes = 4 * 2 ** 20;

/**
 * Asks a server at `/models` for its models.
 * @returns The models, with the base URL that answered.
 * @throws UsageError when the base URL is not a web address.
 */
export async function listModels(options: ListOptions): Promise<ListedModels> {
  const given = options.baseUrl.replace(/\/+$/, "");
  const first = await listAt(given, options);
  if ("models" in first || first.wantsKey || /\/v\d/.test(given)) return first;
  const second = await listAt(`${given}/v1`, options);
  return "models" in second || second.wantsKey ? second : first;
}

async function listAt(baseUrl: string, { apiKeyEnv, headers: own = {}, timeoutMs, env }: ListOptions): Promise<ListedModels> {
  checkServer(baseUrl, undefined);
  const url = new URL(baseUrl);
  const headers = requestHeaders(url, (apiKeyEnv && env[apiKeyEnv]?.trim()) || undefined, userHeaders(own, env));
  const connections = new Connections(url.origin, proxyOf(url, env)?.url);
  try {
    const path = `${url.pathname.replace(/\/chat\/completions$/, "")}/models${url.search}`.replace(/^\/\//, "/");
    const { status, text } = await connections.get({ path, headers, timeoutMs, mostBytes });
    const models = status === 200 ? modelsIn(text) : undefined;
    if (models !== undefined) return { baseUrl, models };
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
