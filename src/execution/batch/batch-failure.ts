/**
 * Why a batch failed as a whole. `queue` is a limit of what may wait at once, such as OpenAI's
 * `token_limit_exceeded`, so smaller batches may pass. `funds` is an account that cannot pay.
 */
export function failureOf(said: string): "queue" | "funds" | "other" {
  if (/token_limit|enqueued|queued?[ _]tokens|too many (?:batches|requests)|in.?progress batches|batch.{0,20}limit/i.test(said))
    return "queue";
  if (/insufficient|billing|balance|credits?\b|funds|payment|hard.?limit/i.test(said)) return "funds";
  return "other";
}
