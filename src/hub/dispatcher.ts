import type { Dispatcher } from "undici";
import { UsageError } from "../errors.ts";
import { percentDecoded } from "../texts/percent-decoded.ts";
import { keepSecretsOf } from "../secrets.ts";
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
 * @throws UsageError when a variable names no proxy that can be used.
 */
export async function openDispatcher({ env, stallMs }: DispatcherOptions): Promise<Dispatcher & AsyncDisposable> {
  const { Agent, EnvHttpProxyAgent } = await import("undici");
  const timeouts = { headersTimeout: stallMs, bodyTimeout: stallMs, connect: { timeout: 10_000 } };
  const httpsProxy = proxyIn(env, "HTTPS_PROXY");
  const httpProxy = proxyIn(env, "HTTP_PROXY");
  const proxies = {
    ...(httpsProxy ? { httpsProxy } : {}),
    ...(httpProxy ? { httpProxy } : {}),
    noProxy: env["no_proxy"] || env["NO_PROXY"] || "",
  };
  const agent = httpsProxy || httpProxy ? new EnvHttpProxyAgent({ ...timeouts, ...proxies }) : new Agent(timeouts);
  return Object.assign(agent, { [Symbol.asyncDispose]: () => agent.destroy() });
}

/** The proxy that a variable names, in lower or upper case. Its password counts as a secret. */
function proxyIn(env: Environment, variable: string): string | undefined {
  const proxy = env[variable.toLowerCase()] || env[variable];
  if (!proxy) return undefined;
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url === undefined || percentDecoded(`${url.username}:${url.password}`) === undefined)
    throw new UsageError(`${variable}: expected a web address such as http://proxy:3128, with any % in a password written as %25.`);
  keepSecretsOf(url);
  return proxy;
}
