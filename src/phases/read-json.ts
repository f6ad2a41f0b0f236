import type { ZodType } from "zod";

/**
 * The JSON object in a reply. It may stand in a code fence or behind a preamble. Undefined if the
 * reply holds no object of the schema.
 */
export function readJson<T>(reply: string, schema: ZodType<T>): T | undefined {
  const start = reply.indexOf("{");
  const end = reply.lastIndexOf("}");
  if (start === -1 || end < start) return undefined;
  try {
    return schema.safeParse(JSON.parse(reply.slice(start, end + 1))).data;
  } catch {
    return undefined;
  }
}
