import { BlockList, isIP } from "node:net";
import { UsageError } from "../../errors.ts";
import type { Environment } from "../../platform/environment.ts";
import { keepSecretsOf } from "../../secrets.ts";
import { percentDecoded } from "../../texts/percent-decoded.ts";

/** A proxy, and the variable that names it. */
export interface Proxy {
  readonly url: string;
  readonly variable: string;
}

/**
 * The HTTP proxy that a server is reached through. It is `HTTPS_PROXY` or `HTTP_PROXY` by the
 * server's protocol, else `ALL_PROXY`, in small or capital letters. Servers in `NO_PROXY` are
 * reached directly. Loopback is no exception.
 * @throws UsageError when the proxy is no HTTP proxy.
 */
export function proxyOf(server: URL, env: Environment): Proxy | undefined {
  const name = server.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const variable = [name.toLowerCase(), name, "all_proxy", "ALL_PROXY"].find((one) => env[one]?.trim());
  const found = variable === undefined ? undefined : env[variable]?.trim();
  if (variable === undefined || found === undefined || isExempt(server, env["no_proxy"]?.trim() || env["NO_PROXY"]?.trim() || ""))
    return undefined;
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(found) ? found : `http://${found}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") {
    keepSecretsOf(url);
    if (percentDecoded(`${url.username}:${url.password}`) === undefined)
      throw new UsageError(`${variable}: a % in the proxy's password begins no escape such as %40. Write the % itself as %25.`);
    return { url: url.href, variable };
  }
  const why = url?.protocol.startsWith("socks") ? "SOCKS proxies cannot be used" : "the value is not the address of an HTTP proxy";
  throw new UsageError(
    `${variable}: ${why}. Name an HTTP proxy such as http://proxy:3128, or add ${server.hostname} to NO_PROXY to reach it directly.`,
  );
}

/**
 * Whether `NO_PROXY` names a server. Its entries are host names, which stand for their subdomains
 * too, addresses, networks such as `10.0.0.0/8`, and `*`. A port may follow a name.
 */
function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  const ofServer = port || (protocol === "https:" ? "443" : "80");
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === "") return false;
    if (entry === "*") return true;
    if (entry.includes("/")) return isInNetwork(host, entry);
    const [, name = "", portOfEntry] =
      /^(?:\*?\.)?\[?(.*?)\]?(?::(\d+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry.toLowerCase()) ?? [];
    if (portOfEntry !== undefined && portOfEntry !== ofServer) return false;
    return host === name || host.endsWith(`.${name}`);
  });
}

function isInNetwork(host: string, entry: string): boolean {
  const family = isIP(host) === 6 ? "ipv6" : "ipv4";
  const [network = "", bits = ""] = entry.split("/");
  if (isIP(host) === 0 || isIP(network) !== isIP(host)) return false;
  const prefix = Number(bits);
  if (bits === "" || !Number.isInteger(prefix) || prefix < 0 || prefix > (family === "ipv6" ? 128 : 32)) return false;
  const networks = new BlockList();
  networks.addSubnet(network, prefix, family);
  return networks.check(host, family);
}
