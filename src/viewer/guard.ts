import type { MiddlewareHandler } from "hono";

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Refuses every request that is not of this machine's own page. The page of another site may have
 * its name resolve to this machine (DNS rebinding). Its requests have another `Host`. It may also
 * send requests here without reading the replies. They have another `Origin`. No CORS header is
 * ever sent.
 */
export function guard(port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    const { method } = context.req;
    const host = context.req.header("host") ?? "";
    const origin = context.req.header("origin");
    const site = context.req.header("sec-fetch-site");
    const isRead = method === "GET" || method === "HEAD";
    const isOwn = origin === `http://${host}`;
    const isRefused =
      !hosts.includes(host) ||
      (origin === undefined ? !isRead : !isOwn) ||
      // A link on another site may open the page. Nothing else may be asked from there.
      (site !== undefined && site !== "same-origin" && site !== "none" && context.req.header("sec-fetch-mode") !== "navigate");
    if (isRefused) return context.json({ error: "This page is for this machine alone: open the address that sysgen view printed." }, 403);
    await next();
    const { headers } = context.res;
    if (!headers.has("content-security-policy")) headers.set("content-security-policy", policy);
    headers.set("x-content-type-options", "nosniff");
    headers.set("x-frame-options", "DENY");
    headers.set("referrer-policy", "no-referrer");
    headers.set("cross-origin-opener-policy", "same-origin");
    headers.set("cross-origin-resource-policy", "same-origin");
    if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
    return undefined;
  };
}
