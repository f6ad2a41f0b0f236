/** A percent-encoded part of a URL as text. Undefined when a `%` begins no escape. */
export function percentDecoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
