import type { MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A token for one server, 192 bits in hex. */
export function newToken(): string {
  return randomBytes(24).toString("hex");
}

/**
 * Refuses every request of whoever was not given the token, because other users of this machine
 * reach the port too. The address that `sysgen view` prints has the token as `?token=`. The reply
 * to it sets a cookie, which the page's further requests bring. The cookie bears the port in its
 * name, because a browser sends cookies of 127.0.0.1 to all ports.
 */
export function tokenGuard(token: string, port: () => number): MiddlewareHandler {
  return async (context, next) => {
    const name = `sysgen-${port()}`;
    const given = context.req.query("token");
    if (given !== undefined && isSame(given, token)) setCookie(context, name, token, { httpOnly: true, sameSite: "Strict", path: "/" });
    else if (!isSame(getCookie(context, name) ?? "", token))
      return context.json({ error: "This address lacks its token: open the whole address that sysgen view printed." }, 403);
    await next();
    return undefined;
  };
}

/** Takes the same time for every text, so that the time tells nothing about the token. */
function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
