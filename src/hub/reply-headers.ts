import { redact } from "../secrets.ts";
import type { Refusal } from "./refusal.ts";

/**
 * The hub's account of a refusal. When the headers give no message, the `error` of a JSON body is
 * used, else the first 200 characters of the body. It holds no secret, also where it is cut.
 */
export function refusalIn(status: number, header: (name: string) => string | undefined, body: string): Refusal {
  const said = header("x-error-message") ?? errorIn(body) ?? body;
  const message = redact(said).replace(/\s+/g, " ").trim();
  const shown = said === body ? message.slice(0, 200) : message;
  return { status, code: header("x-error-code"), message: shown || undefined };
}

/**
 * The time that a `Retry-After` header in seconds asks to wait, in milliseconds, at most 60,000.
 * Undefined for a missing header or a date.
 */
export function retryAfterMs(value: string | undefined): number | undefined {
  const seconds = Number(value?.trim() || Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, 60_000) : undefined;
}

function errorIn(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && "error" in parsed && typeof parsed.error === "string"
      ? parsed.error
      : undefined;
  } catch {
    return undefined;
  }
}
