import { z } from "zod";

/** A server answered 200, and the body is an error. */
export class RefusedInReply extends Error {
  /** The HTTP status that the error amounts to. 200 if it does not say. */
  readonly status: number;

  constructor(status: number) {
    super(`the reply is an error of status ${status}`);
    this.status = status;
  }
}

const code = z.union([z.number(), z.string()]).nullish().catch(null);
const errorSchema = z.object({ code, status: code, status_code: code, http_code: code, type: code }).partial();

/** Codes in words, as OpenAI and Google write them. */
const statuses: readonly (readonly [words: RegExp, status: number])[] = [
  [/insufficient_quota|payment|credit|billing/i, 402],
  [/rate.?limit|too_?many|resource_?exhausted|throttl/i, 429],
  [/auth|api_?key|unauthenticated/i, 401],
  [/permission|forbidden/i, 403],
  [/not_?found/i, 404],
  [/invalid|bad_?request/i, 400],
  [/overload|unavailable|capacity/i, 503],
  [/server|internal|upstream/i, 500],
];

/**
 * The status of the error that a body is, though it came with 200. It is the error's own code, else
 * 200. Undefined when the body is no error.
 */
export function errorStatusIn(value: unknown): number | undefined {
  const error = errorIn(value);
  if (error === undefined) return undefined;
  const { data } = errorSchema.safeParse(error);
  const codes = [data?.code, data?.status, data?.status_code, data?.http_code, errorSchema.safeParse(value).data?.code, data?.type];
  for (const one of codes) if (one != null && Number(one) >= 400 && Number(one) < 600) return Number(one);
  for (const one of codes) {
    const found = statuses.find(([words]) => words.test(String(one ?? "")));
    if (found) return found[1];
  }
  return 200;
}

/** The error of a body, or of its first choice. Every reply is looked at, so no schema is used. */
function errorIn(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if ("error" in value && isSet(value.error)) return value.error;
  if ("object" in value && value.object === "error") return value;
  if (!("choices" in value) || !Array.isArray(value.choices)) return undefined;
  const choice: unknown = value.choices[0];
  return typeof choice === "object" && choice !== null && "error" in choice && isSet(choice.error) ? choice.error : undefined;
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined && value !== false && value !== "";
}
