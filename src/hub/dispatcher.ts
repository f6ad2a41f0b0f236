import type { Dispatcher } from "undici";
import type { Environment } from "../platform/environment.ts";

export interface DispatcherOptions {
  readonly env: Environment;
  /** The connection counts as broken when no byte comes for this long, in milliseconds. */
  readonly stallMs: number;
}

/**
 * Opens connections to the hub, through the proxy of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`
 * when one is set. Connecting may take 10 seconds. Disposing of the result closes the connections.
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
