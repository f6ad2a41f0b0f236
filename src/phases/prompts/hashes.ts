import { createHash } from "node:crypto";

/**
 * The first 12 hexadecimal digits of a prompt's SHA-256. The hash changes when the prompt does.
 * @param prompt The prompt's messages.
 */
export function promptHash(prompt: unknown): string {
  return createHash("sha256").update(JSON.stringify(prompt)).digest("hex").slice(0, 12);
}
