import { redact } from "../../secrets.ts";

/** The beginning of a server's text on one line without secrets, at most 300 characters. */
export function excerpt(text: string): string {
  const line = redact(text).replace(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
