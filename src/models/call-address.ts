import { createHash, hash, type Hash } from "node:crypto";
import { constraintPairJson, headOf, tailPairs, type Head } from "./messages-json.ts";
import type { ModelCall } from "./model.ts";

/**
 * By head and model name, the state of the hash after the head. Only the rest of a prompt is hashed
 * for each call. This serves the CPU of bench C (bench/README.md).
 */
const starts = new WeakMap<Head, Map<string, Hash>>();

/**
 * The call's address in the journal. It is the SHA-256 in base64url of everything that decides a
 * reply, which is the model's name, messages, sampling, constraint, attempt, round, questions and
 * the user's own fields of the request.
 */
export function addressOf(model: string, { messages, sampling, constraint, questions, request, attempt, round }: ModelCall): string {
  const { temperature, maxOutputTokens, seed = null } = sampling;
  const held = constraint ? constraintPairJson(constraint) : "null";
  const head = headOf(messages);
  const tail = `${tailPairs(messages, head)}],${JSON.stringify([temperature, maxOutputTokens, seed])},`;
  const asked =
    questions === undefined
      ? ""
      : `,${JSON.stringify(questions.map(({ messages: own = null, text, labels }) => [own && own.map(({ role, content }) => [role, content]), text, labels]))}`;
  const further = request === undefined ? "" : `,${JSON.stringify(request)}`;
  const end = `,${attempt},${round}${asked}${further}]`;
  if (head === undefined) return hash("sha256", `[${JSON.stringify(model)},[${tail}${held}${end}`, "base64url");
  // Two updates, because joining the strings would copy the row's text.
  return startOf(model, head)
    .copy()
    .update(tail)
    .update(held + end)
    .digest("base64url");
}

function startOf(model: string, head: Head): Hash {
  const known = starts.get(head) ?? new Map<string, Hash>();
  starts.set(head, known);
  const start = known.get(model) ?? createHash("sha256").update(`[${JSON.stringify(model)},[${head.pairs}`);
  known.set(model, start);
  return start;
}
