import { Readable } from "node:stream";
import { z } from "zod";
import { ModelError } from "../../errors.ts";
import { appendContent } from "./append-content.ts";
import { batchFileOf, type BatchFile } from "./batch-file.ts";
import { BatchHttp, fileTimeoutMs, type BatchServer } from "./batch-http.ts";
import { batchJobOf, type BatchJob } from "./batch-job.ts";
import { batchEndpoint, isMissing, learnWire, openAiWire, uploadForm, type BatchWire } from "./batch-wire.ts";
import { excerpt } from "./excerpt.ts";

const listPage = 100;
const mostPages = 50;

const uploaded = z.looseObject({ id: z.string() });
/** Together answers with all batches as a bare list. */
const listed = z.union([
  z.array(z.unknown()).transform((data) => ({ data, has_more: false })),
  z.looseObject({ data: z.array(z.unknown()).nullish(), has_more: z.boolean().nullish() }),
]);

/**
 * A server's files and batches, in OpenAI's form
 * (https://platform.openai.com/docs/api-reference/batch). What a server does otherwise is learnt
 * from its refusals (`BatchWire`).
 */
export class BatchClient {
  readonly #http: BatchHttp;
  readonly #headers: Readonly<Record<string, string>>;
  #wire: BatchWire;

  /** @param wire What an earlier process had learnt. */
  constructor(server: BatchServer, signal: AbortSignal, wire: BatchWire = openAiWire) {
    this.#http = new BatchHttp(server, signal);
    this.#headers = server.headers;
    this.#wire = wire;
  }

  get wire(): BatchWire {
    return this.#wire;
  }

  /**
   * Uploads a file of requests.
   * @returns The server's id of the file.
   * @throws ModelError when the server refuses the file or cannot be reached.
   */
  async upload(path: string, name: string): Promise<string> {
    const boundary = `sysgen-${process.pid}-${Date.now()}`;
    const http = this.#http;
    await this.#learnJobs();
    const text = await this.#learning("files", async () => {
      const form = (): AsyncGenerator<Uint8Array, void, void> => uploadForm(path, name, this.#wire, boundary);
      let length = 0;
      for await (const chunk of form()) length += chunk.length;
      const headers = {
        ...this.#headers,
        "content-type": `multipart/form-data; boundary=${boundary}`,
        // Some proxies take no upload without it.
        "content-length": String(length),
      };
      return http.again(() => http.ask("POST", this.#wire.filesPath, { headers, body: Readable.from(form()), timeoutMs: fileTimeoutMs }));
    });
    return read(uploaded, text, "an id of the uploaded file").id;
  }

  /**
   * What the server says of an uploaded file.
   * @throws ModelError when the server does not answer now.
   */
  async file(fileId: string): Promise<BatchFile> {
    const http = this.#http;
    try {
      return batchFileOf(await http.again(() => http.ask("GET", `/files/${encodeURIComponent(fileId)}`)));
    } catch (error) {
      if (!(error instanceof ModelError) || error.retryable) throw error;
      return batchFileOf("");
    }
  }

  /**
   * Begins a batch over an uploaded file. It is asked for once, because a batch that is begun twice
   * is paid twice.
   * @throws ModelError. With kind `connection`, `timeout` or `server` the batch may have begun.
   */
  async create(fileId: string, model: string): Promise<BatchJob> {
    const { jobs, jobsPath } = this.#wire;
    const asked =
      jobs === "batches"
        ? { input_file_id: fileId, endpoint: batchEndpoint, completion_window: "24h" }
        : { input_files: [fileId], endpoint: batchEndpoint, model, timeout_hours: 24 };
    // Some read the whole file before they answer, and a batch must not be in doubt for that.
    return batchJobOf(await this.#http.ask("POST", jobsPath, { body: JSON.stringify(asked), mustEnd: true, timeoutMs: fileTimeoutMs }));
  }

  /** @throws ModelError that `isGone` when there is no such batch, also after a while. */
  async get(id: string): Promise<BatchJob> {
    return this.#http.again(async () => batchJobOf(await this.#http.ask("GET", this.#pathOf(id))), mayCome);
  }

  /** Cancels a batch, unless the server says that it is about to end anyway. */
  async cancel(id: string): Promise<BatchJob> {
    const http = this.#http;
    try {
      return await http.again(
        async () => batchJobOf(await http.ask("POST", `${this.#pathOf(id)}/cancel`, { body: "{}" })),
        (error) => error.retryable && error.status !== 409,
      );
    } catch (error) {
      if (!(error instanceof ModelError) || error.status !== 409) throw error;
      return this.get(id);
    }
  }

  /** The batch that was begun over an uploaded file. Undefined when there is none. */
  async find(fileId: string): Promise<BatchJob | undefined> {
    let after = "";
    for (let page = 0; page < mostPages; page++) {
      const paging = this.#wire.jobs === "batches" ? `limit=${listPage}${after}` : `page_size=${listPage}&page=${page}`;
      const { data, has_more: hasMore } = await this.#http.again(async () =>
        read(listed, await this.#http.ask("GET", `${this.#wire.jobsPath}?${paging}`), "a list of batches"),
      );
      const jobs = (data ?? []).flatMap(jobIn);
      const found = jobs.find(({ inputFileId }) => inputFileId === fileId);
      const last = jobs.at(-1);
      const isLast = !(hasMore ?? data?.length === listPage);
      if (found !== undefined || last === undefined || isLast) return found;
      after = `&after=${encodeURIComponent(last.id)}`;
    }
    return undefined;
  }

  /**
   * Appends the content of a file to one on disk, and resolves when no power loss can take it.
   * @throws ModelError that `isGone` when there is no such file, also after a while.
   */
  async download(fileId: string, path: string): Promise<void> {
    const http = this.#http;
    await http.again(async () => appendContent(await http.bytes(`/files/${encodeURIComponent(fileId)}/content`), path), mayCome);
  }

  async close(): Promise<void> {
    await this.#http.close();
  }

  #pathOf(id: string): string {
    return `${this.#wire.jobsPath}/${encodeURIComponent(id)}`;
  }

  /**
   * Learns the form of the batches, which decides that of the lines. A server that lists none in
   * any form is taken for one of OpenAI's form without a list.
   */
  async #learnJobs(): Promise<void> {
    const http = this.#http;
    try {
      await this.#learning("batches", () => http.again(() => http.ask("GET", `${this.#wire.jobsPath}?limit=1`)));
    } catch (error) {
      if (!(error instanceof ModelError) || !isMissing(error)) throw error;
      const { jobs, jobsPath } = openAiWire;
      this.#wire = { ...this.#wire, jobs, jobsPath };
    }
  }

  /** Makes a request again in another form if the refusal says how the server wants to be asked. */
  async #learning<T>(asked: "files" | "batches", ask: () => Promise<T>): Promise<T> {
    for (;;) {
      const spoken = this.#wire;
      try {
        return await ask();
      } catch (error) {
        const learnt = error instanceof ModelError ? learnWire(error, spoken, asked) : undefined;
        if (learnt === undefined) throw error;
        this.#wire = learnt;
      }
    }
  }
}

/** The batch of an entry of a list. Empty for an entry that is none. */
function jobIn(entry: unknown): BatchJob[] {
  try {
    return [batchJobOf(JSON.stringify(entry))];
  } catch {
    return [];
  }
}

/** Whether a server says that it has no such batch or file. */
export function isGone(error: unknown): error is ModelError {
  return error instanceof ModelError && (error.status === 404 || error.status === 410);
}

/** What was just made may not be there at once. */
function mayCome(error: ModelError): boolean {
  return error.retryable || isGone(error);
}

/** @throws ModelError for anything else. It is retryable, because a gateway may have answered. */
function read<T>(schema: z.ZodType<T>, text: string, what: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ModelError("bad-reply", `expected ${what}, found: ${excerpt(text)}`, { retryable: true, cause: error });
  }
}
