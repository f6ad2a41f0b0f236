import type { Dispatcher } from "undici";
import type { Environment } from "../platform/environment.ts";

export interface DispatcherOptions {
  readonly env: Environment;
  /** Milliseconds without a byte after which a connection counts as broken. */
  readonly stallMs: number;
}

/**
 * Connections to the hub, through the proxy of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` if one is
 * set. Disposing of the dispatcher closes them. undici is loaded here, because most commands never
 * reach the hub.
 */
export async function openDispatcher({ env, stallMs }: DispatcherOptions): Promise<Dispatcher & AsyncDisposable> {
  const { Agent, EnvHttpProxyAgent } = await import("undici");
  const timeouts = { headersTimeout: stallMs, bodyTimeout: stallMs, connect: { timeout: 10_000 } };
  const httpsProxy = env["https_proxy"] || env["HTTPS_PROXY"];
  const httpProxy = env["http_proxy"] || env["HTTP_PROXY"];
  const proxies = {
    ...(httpsProxy ? { httpsProxy } : {}),
    ...(httpProxy ? { httpProxy } : {}),
    noProxy: env["no_proxy"] || env["NO_PROXY"] || "",
  };
  const agent = httpsProxy || httpProxy ? new EnvHttpProxyAgent({ ...timeouts, ...proxies }) : new Agent(timeouts);
  return Object.assign(agent, { [Symbol.asyncDispose]: () => agent.destroy() });
}
