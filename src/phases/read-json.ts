import type { ZodType } from "zod";

/**
 * The JSON object in a reply. It may stand in a code fence, behind a preamble or before a note. Of
 * several the last counts, because judges write a draft first. Undefined if the reply holds no
 * object of the schema.
 */
export function readJson<T>(reply: string, schema: ZodType<T>): T | undefined {
  const start = reply.indexOf("{");
  const end = reply.lastIndexOf("}");
  if (start === -1 || end < start) return undefined;
  const whole = parsed(reply.slice(start, end + 1), schema);
  if (whole !== undefined) return whole;
  return objectsIn(reply)
    .map((text) => parsed(text, schema))
    .findLast((found) => found !== undefined);
}

function parsed<T>(text: string, schema: ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The parts of a text between braces that belong together, without those inside of others. */
function objectsIn(text: string): string[] {
  const found: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: mark, index } of text.matchAll(/"(?:[^"\\\n]|\\.)*"|[{}]/g)) {
    if (mark === "{" && depth++ === 0) start = index;
    else if (mark === "}" && depth > 0 && --depth === 0) found.push(text.slice(start, index + 1));
  }
  return found;
}
