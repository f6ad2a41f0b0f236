import { z } from "zod";
import type { ModelError } from "../../errors.ts";
import { contentOf } from "./append-content.ts";

/** The path of the calls that a batch holds. */
export const batchEndpoint = "/v1/chat/completions";

/** How a server wants files and batches. */
export interface BatchWire {
  /** `/files/upload` is Together's, where the name of the file is a field too. */
  readonly filesPath: "/files" | "/files/upload";
  /** What an uploaded file is said to be for. Together wants `batch-api`. */
  readonly purpose: "batch" | "batch-api";
  /** `batch-jobs` is Mistral's form, in which the job has the model and lines have no route. */
  readonly jobs: "batches" | "batch-jobs";
  readonly jobsPath: "/batches" | "/batch/jobs";
}

export const openAiWire: BatchWire = { filesPath: "/files", purpose: "batch", jobs: "batches", jobsPath: "/batches" };

/** Of another version is what cannot be read, and then OpenAI's is tried first. */
export const batchWireSchema = z
  .object({
    filesPath: z.enum(["/files", "/files/upload"]),
    purpose: z.enum(["batch", "batch-api"]),
    jobs: z.enum(["batches", "batch-jobs"]),
    jobsPath: z.enum(["/batches", "/batch/jobs"]),
  })
  .optional()
  .catch(undefined);

/** Whether a server has no such route. */
export function isMissing({ status }: ModelError): boolean {
  return status === 404 || status === 405;
}

/**
 * What a refusal shows of how the server wants to be asked. Undefined when it shows nothing, or
 * what was tried already.
 * @param asked Whether a file was uploaded or batches were listed.
 */
export function learnWire(refusal: ModelError, spoken: BatchWire, asked: "files" | "batches"): BatchWire | undefined {
  const { status, message } = refusal;
  if (asked === "batches")
    return isMissing(refusal) && spoken.jobs === "batches" ? { ...spoken, jobs: "batch-jobs", jobsPath: "/batch/jobs" } : undefined;
  // Together answers with a signed address, to which the file would go in three steps.
  if (isMissing(refusal) || status === 302) return spoken.filesPath === "/files" ? { ...spoken, filesPath: "/files/upload" } : undefined;
  return /\bpurpose\b/i.test(message) && spoken.purpose === "batch" ? { ...spoken, purpose: "batch-api" } : undefined;
}

/** What stands between the id and the body of each line of a file. */
export const lineRoute = `,"method":"POST","url":"${batchEndpoint}"`;

/** The bytes of a file of requests as the server wants its lines. */
async function* wiredLines(bytes: AsyncIterable<Uint8Array>, { jobs }: BatchWire): AsyncGenerator<Uint8Array, void, void> {
  if (jobs === "batches") {
    yield* bytes;
    return;
  }
  let rest = "";
  for await (const chunk of bytes) {
    // Latin-1 keeps every byte as it is.
    const lines = (rest + Buffer.from(chunk).toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    yield Buffer.from(lines.map((line) => `${line.replace(lineRoute, "")}\n`).join(""), "latin1");
  }
}

/** The form (RFC 7578) in which a file of requests goes up, as it is read from disk. */
export async function* uploadForm(path: string, name: string, wire: BatchWire, boundary: string): AsyncGenerator<Uint8Array, void, void> {
  const part = (disposition: string, type: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${type}\r\n`;
  yield Buffer.from(`${part('name="purpose"', "")}${wire.purpose}\r\n`);
  if (wire.filesPath === "/files/upload") yield Buffer.from(`${part('name="file_name"', "")}${name}\r\n`);
  yield Buffer.from(part(`name="file"; filename="${name}"`, "Content-Type: application/jsonl\r\n"));
  yield* wiredLines(contentOf(path), wire);
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}
