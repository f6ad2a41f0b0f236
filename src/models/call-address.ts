import { createHash, hash, type Hash } from "node:crypto";
import { constraintPairJson, headOf, tailPairs, type Head } from "./messages-json.ts";
import type { ModelCall } from "./model.ts";

/** Hashes of what the addresses of a model's calls begin with, by head: only the rest of a prompt is hashed for each call. */
const starts = new WeakMap<Head, Map<string, Hash>>();

/** SHA-256 of all that decides a reply: the model's name, messages, sampling, constraint, attempt and round; in base64url. */
export function addressOf(model: string, { messages, sampling, constraint, attempt, round }: ModelCall): string {
  const { temperature, maxOutputTokens, seed = null } = sampling;
  const held = constraint ? constraintPairJson(constraint) : "null";
  const head = headOf(messages);
  const tail = `${tailPairs(messages, head)}],${JSON.stringify([temperature, maxOutputTokens, seed])},`;
  const end = `,${attempt},${round}]`;
  if (head === undefined) return hash("sha256", `[${JSON.stringify(model)},[${tail}${held}${end}`, "base64url");
  // In two pieces: a row's own text need not be copied to stand before the rest.
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
