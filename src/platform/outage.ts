import { ModelError, Outage } from "../errors.ts";
import { isDiskFull } from "./disk-errors.ts";

/** No connection, by Node and by undici, and a network file system that is away. */
const codes =
  /^(?:ECONN\w+|EAI_AGAIN|ENOTFOUND|ETIMEDOUT|E(?:HOST|NET)UNREACH|EPIPE|UND_ERR_(?:SOCKET|CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|CLOSED|DESTROYED)|EIO|ESTALE)$/;
const kinds: ReadonlySet<string> = new Set(["rate-limit", "server", "connection", "timeout"] satisfies ModelError["kind"][]);

/**
 * Whether an error, or one that caused it, is that a server, the network, the hub or room on the
 * disk is not to be had now. Nothing in the command needs to be changed, and the same one may
 * succeed later.
 */
export function isOutage(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof Outage || isDiskFull(cause)) return true;
    if (cause instanceof ModelError && kinds.has(cause.kind)) return true;
    if ("code" in cause && codes.test(String(cause.code))) return true;
  }
  return false;
}
