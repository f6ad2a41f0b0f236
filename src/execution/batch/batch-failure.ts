import type { ModelError } from "../../errors.ts";

/** A file of requests that has too many bytes or lines. */
const size =
  /answered 413|too (?:large|big)|(?:file|input|upload|body|payload).{0,30}\bsize\b|\bsize\b.{0,30}(?:limit|maximum|exceed)|exceed\w*.{0,40}\b(?:bytes|[KMG]i?B)\b|(?:maximum|limit|more than).{0,30}\b(?:lines|requests (?:per|in) (?:(?:a|one|the) )?(?:file|batch))\b/i;
const queue = /token_limit|enqueued|queued?[ _]tokens|too many (?:batches|requests)|in.?progress batches|batch.{0,20}limit/i;
const funds = /insufficient|billing|balance|credits?\b|funds|payment|hard.?limit/i;

/**
 * Why a batch failed as a whole. `size` is a file that is too large, so smaller ones may pass.
 * `queue` is a limit of what may wait at once, such as OpenAI's `token_limit_exceeded`, so smaller
 * batches may pass too. `funds` is an account that cannot pay.
 */
export function failureOf(said: string): "size" | "queue" | "funds" | "other" {
  if (size.test(said)) return "size";
  if (queue.test(said)) return "queue";
  return funds.test(said) ? "funds" : "other";
}

/** Whether a server refused a file because it is too large. */
export function isTooLarge({ status, message }: ModelError): boolean {
  return status === 413 || ((status === 400 || status === 422) && failureOf(message) === "size");
}
