import type { Refusal } from "./refusal.ts";

/** The hub's account of a refusal from status, headers and body; the body's JSON `error` stands in for a missing header. */
export function refusalIn(status: number, header: (name: string) => string | undefined, body: string): Refusal {
  const message = header("x-error-message") ?? errorIn(body) ?? (body.replace(/\s+/g, " ").trim().slice(0, 200) || undefined);
  return { status, code: header("x-error-code"), message };
}

/** Milliseconds that a `Retry-After` of seconds asks for, a minute at most; undefined without one. */
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
