import type { ModelReply } from "../model.ts";

/**
 * Why a server ended a reply. `broken` means that the server gave up on it, so that the same
 * request may succeed later. The others are those of a model's reply.
 */
export type FinishReason = ModelReply["finishReason"] | "broken";

/** Parts of the names of reasons, without case and punctuation. The first that fits counts. */
const kinds: readonly (readonly [name: RegExp, reason: FinishReason])[] = [
  // Also of what breaks off for want of resources, before the words for a reply that is whole.
  [/error|abort|cancel|insufficient|unavailable|overloaded|timeout|timedout|interrupt|failed|failure|disconnect|preempt|evict/, "broken"],
  [/safety|sensitive|filter|blocklist|blocked|prohibited|recitation|refus|moderat|guardrail|spii|policy|harm|toxic/, "content-filter"],
  [/length|maxtoken|maxoutput|maxnewtoken|tokenlimit|maxcontext|contextwindow|outputlimit|truncat|incomplete|^limit/, "length"],
  [
    /^(?:finishreason)?(?:stop|stopped|eos|eostoken|endturn|endofturn|stopsequence|stoptoken|stopword|stopstring|stopcriteria|stopeos|endoftext|endofsequence|complete|completed|done|finish|finished|success|end|normal)$/,
    "stop",
  ],
];

/**
 * What a server's `finish_reason` means. Servers do not agree on the words, so that only those that
 * are known to mean a whole reply do. A word of none of the kinds is `other`.
 * @param reason Null or undefined for a server that gives none. Such a reply counts as whole.
 */
export function finishReasonOf(reason: string | null | undefined): FinishReason {
  if (reason == null || reason === "stop") return "stop";
  const name = reason.toLowerCase().replace(/[^a-z]/g, "");
  if (name === "" || name === "null" || name === "none") return "stop";
  return kinds.find(([words]) => words.test(name))?.[1] ?? "other";
}
