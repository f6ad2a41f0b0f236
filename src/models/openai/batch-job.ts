import { z } from "zod";
import { ModelError } from "../../errors.ts";
import { excerpt } from "./excerpt.ts";

/** How far a batch is. `open` stands for all states in which it may still bring replies. */
export type BatchJobState = "open" | "completed" | "failed" | "expired" | "cancelled";

/** A batch as its server tells of it. */
export interface BatchJob {
  readonly id: string;
  /** The state in the server's own word. */
  readonly status: string;
  readonly state: BatchJobState;
  /** Whether it is open, and about to end because someone cancelled it. */
  readonly isCancelling: boolean;
  readonly inputFileId: string | undefined;
  /** Files with a line for each request that came to an end. */
  readonly outputFiles: readonly string[];
  /** When it was completed, in milliseconds since 1970. Undefined where the server does not say. */
  readonly completedMs: number | undefined;
  readonly counts: { readonly total: number; readonly completed: number; readonly failed: number };
  /** What the server says of a batch that failed as a whole. Empty when it says nothing. */
  readonly said: string;
}

const id = z.string().nullish().catch(null);
const count = z.number().nullish().catch(null);
const jobSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  input_file_id: id,
  input_files: z.array(z.string()).nullish().catch(null),
  output_file_id: id,
  output_file: id,
  error_file_id: id,
  error_file: id,
  completed_at: count,
  request_counts: z.looseObject({ total: count, completed: count, failed: count }).nullish().catch(null),
  total_requests: count,
  succeeded_requests: count,
  failed_requests: count,
  errors: z.unknown().optional(),
  error: z.unknown().optional(),
});
/** Together puts the batch under `job` when it is made. */
const answerSchema = z.union([z.looseObject({ job: jobSchema }).transform(({ job }) => job), jobSchema]);

/** States as servers write them, in small letters. Any other state is open. */
const ended: Readonly<Record<string, BatchJobState>> = {
  completed: "completed",
  success: "completed",
  succeeded: "completed",
  failed: "failed",
  expired: "expired",
  timeout_exceeded: "expired",
  cancelled: "cancelled",
  canceled: "cancelled",
};

/**
 * Reads an answer that holds a batch.
 * @throws ModelError for anything else. It is retryable, because a gateway may have answered.
 */
export function batchJobOf(text: string): BatchJob {
  let job: z.infer<typeof jobSchema>;
  try {
    job = answerSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ModelError("bad-reply", `expected a batch with id and status, found: ${excerpt(text)}`, { retryable: true, cause: error });
  }
  const { request_counts: counts } = job;
  const files = [job.output_file_id ?? job.output_file, job.error_file_id ?? job.error_file];
  return {
    id: job.id,
    status: job.status,
    state: ended[job.status.toLowerCase()] ?? "open",
    isCancelling: /^(?:cancell?ing|cancellation_requested)$/i.test(job.status),
    inputFileId: job.input_file_id ?? job.input_files?.[0],
    outputFiles: files.flatMap((file) => (file == null || file === "" ? [] : [file])),
    completedMs: typeof job.completed_at === "number" ? 1_000 * job.completed_at : undefined,
    counts: {
      total: counts?.total ?? job.total_requests ?? 0,
      completed: counts?.completed ?? job.succeeded_requests ?? 0,
      failed: counts?.failed ?? job.failed_requests ?? 0,
    },
    said: saidIn(job.errors ?? job.error),
  };
}

/** Messages and codes of errors, in whatever form they come. */
function saidIn(errors: unknown): string {
  if (errors === undefined || errors === null) return "";
  if (typeof errors === "string") return errors;
  return excerpt(JSON.stringify(errors));
}
