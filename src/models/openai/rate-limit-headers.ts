import type { Quota } from "../../records/quota.ts";

/** Headers as undici gives them, with names in lower case. */
export type ReplyHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * How long the server asks to wait, in milliseconds from now. Reads `retry-after-ms` (OpenAI,
 * Azure), else `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). A date is compared
 * with the server's clock if the reply has a `Date`. Undefined when the server asks for no wait.
 */
export function readRetryAfter(headers: ReplyHeaders): number | undefined {
  const precise = numberIn(headers, "retry-after-ms");
  if (precise !== undefined) return Math.max(0, precise);
  const value = textIn(headers, "retry-after");
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - serverNow(headers);
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/**
 * The server's time in milliseconds since 1970, from its `Date` header, else this machine's time.
 * Points in time in other headers follow the server's clock, and this machine's may be hours off.
 */
function serverNow(headers: ReplyHeaders): number {
  const date = Date.parse(textIn(headers, "date") ?? "");
  return Number.isFinite(date) ? date : Date.now();
}

/**
 * What is left of the user's quota. Undefined when no header says so. Reads, in this order:
 *
 * - `x-ratelimit-remaining-requests` and the like of OpenAI and of vLLM gateways
 * - `anthropic-ratelimit-requests-remaining` and the like of Anthropic
 * - `ratelimit-remaining` of the older IETF drafts
 * - `ratelimit: "name";r=50;t=30` of the newer IETF drafts (draft-ietf-httpapi-ratelimit-headers)
 */
export function readQuota(headers: ReplyHeaders): Quota | undefined {
  let isSaid = false;
  for (const name in headers) isSaid ||= name.includes("ratelimit");
  if (!isSaid) return undefined;
  const requestsLeft =
    numberIn(headers, "x-ratelimit-remaining-requests") ??
    numberIn(headers, "anthropic-ratelimit-requests-remaining") ??
    numberIn(headers, "ratelimit-remaining") ??
    numberIn(headers, "x-ratelimit-remaining") ??
    parameterIn(headers, "r");
  const tokensLeft = numberIn(headers, "x-ratelimit-remaining-tokens") ?? numberIn(headers, "anthropic-ratelimit-tokens-remaining");
  if (requestsLeft === undefined && tokensLeft === undefined) return undefined;
  const requestsResetMs =
    durationIn(headers, "x-ratelimit-reset-requests") ??
    durationIn(headers, "anthropic-ratelimit-requests-reset") ??
    durationIn(headers, "ratelimit-reset") ??
    durationIn(headers, "x-ratelimit-reset") ??
    inSeconds(parameterIn(headers, "t"));
  const tokensResetMs = durationIn(headers, "x-ratelimit-reset-tokens") ?? durationIn(headers, "anthropic-ratelimit-tokens-reset");
  return {
    ...(requestsLeft === undefined ? {} : { requestsLeft }),
    ...(requestsResetMs === undefined ? {} : { requestsResetMs }),
    ...(tokensLeft === undefined ? {} : { tokensLeft }),
    ...(tokensResetMs === undefined ? {} : { tokensResetMs }),
  };
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** A larger number is a point in time (seconds since 1970), not a number of seconds from now. */
const longestSeconds = 1e9;

/**
 * Milliseconds from now. Reads `6m0s`, `20ms`, `1.5` (seconds), `1767225602` (seconds since 1970)
 * and `2026-01-01T00:00:02Z`.
 */
function durationIn(headers: ReplyHeaders, name: string): number | undefined {
  const text = textIn(headers, name);
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds > longestSeconds ? seconds * 1000 - serverNow(headers) : seconds * 1000);
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length > 0 && parts.map(([part]) => part).join("") === text)
    return parts.reduce((sum, [, number, unit = "s"]) => sum + Number(number) * (units[unit] ?? 0), 0);
  const date = Date.parse(text);
  return Number.isFinite(date) ? Math.max(0, date - serverNow(headers)) : undefined;
}

/**
 * A parameter of the `ratelimit` header of the IETF draft (draft-ietf-httpapi-ratelimit-headers).
 * `r` is what remains, `t` the seconds until the reset.
 */
function parameterIn(headers: ReplyHeaders, key: "r" | "t"): number | undefined {
  const field = textIn(headers, "ratelimit");
  const value = field === undefined ? undefined : new RegExp(`;\\s*${key}=(\\d+)`).exec(field)?.[1];
  return value === undefined ? undefined : Number(value);
}

const inSeconds = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds * 1000);

function numberIn(headers: ReplyHeaders, name: string): number | undefined {
  const text = textIn(headers, name);
  return text !== undefined && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

function textIn(headers: ReplyHeaders, name: string): string | undefined {
  const value = headers[name];
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  return text === "" ? undefined : text;
}
