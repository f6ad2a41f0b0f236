import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { finished, pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { z } from "zod";
import { ModelError, messageOf } from "../../errors.ts";
import { redact } from "../../secrets.ts";
import { batchJobOf, type BatchJob } from "./batch-job.ts";
import { batchEndpoint, learnWire, openAiWire, wiredLines, type BatchWire } from "./batch-wire.ts";
import { errorOf } from "./error-of.ts";
import type { RequestHeaders } from "./request-headers.ts";

/** A server that takes batches. */
export interface BatchServer {
  /** The base URL, such as `https://api.openai.com/v1`. */
  readonly base: URL;
  /** Host, port and path, for people. */
  readonly address: string;
  /** The environment variable that the key is from. */
  readonly apiKeyEnv: string;
  readonly headers: RequestHeaders;
  /** Address of the HTTP proxy that the server is reached through. */
  readonly proxy: string | undefined;
}

/** How often a request is made again that may be made again, and the longest delay between. */
const mostTries = 6;
const longestDelayMs = 30_000;
/** A file of 200 MB goes up in minutes over a slow line. */
const timeoutMs = 600_000;
const listPage = 100;
const mostPages = 50;

const uploaded = z.looseObject({ id: z.string() });
const listed = z.looseObject({ data: z.array(z.unknown()), has_more: z.boolean().nullish() });

/**
 * A server's files and batches, in OpenAI's form
 * (https://platform.openai.com/docs/api-reference/batch). What a server does otherwise is learnt
 * from its refusals (`BatchWire`).
 */
export class BatchClient {
  readonly #server: BatchServer;
  readonly #signal: AbortSignal;
  #wire: BatchWire;
  #dispatcher: Dispatcher | undefined;

  /** @param wire What an earlier process had learnt. */
  constructor(server: BatchServer, signal: AbortSignal, wire: BatchWire = openAiWire) {
    this.#server = server;
    this.#signal = signal;
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
    const headers = { ...this.#headers(), "content-type": `multipart/form-data; boundary=${boundary}` };
    // Looked at first, because the form of the batches decides that of the lines.
    await this.#learning("batches", () => this.#again(() => this.#ask("GET", `${this.#wire.jobsPath}?limit=1`)));
    const text = await this.#learning("files", () =>
      this.#again(() =>
        this.#ask("POST", this.#wire.filesPath, { headers, body: Readable.from(multipart(path, name, this.#wire, boundary)) }),
      ),
    );
    return read(uploaded, text, "an id of the uploaded file").id;
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
    return batchJobOf(await this.#ask("POST", jobsPath, { headers: this.#headers(), body: JSON.stringify(asked) }));
  }

  async get(id: string): Promise<BatchJob> {
    return batchJobOf(await this.#again(() => this.#ask("GET", `${this.#wire.jobsPath}/${encodeURIComponent(id)}`)));
  }

  async cancel(id: string): Promise<BatchJob> {
    return batchJobOf(
      await this.#again(() =>
        this.#ask("POST", `${this.#wire.jobsPath}/${encodeURIComponent(id)}/cancel`, { headers: this.#headers(), body: "{}" }),
      ),
    );
  }

  /** The batch that was begun over an uploaded file. Undefined when there is none. */
  async find(fileId: string): Promise<BatchJob | undefined> {
    let after = "";
    for (let page = 0; page < mostPages; page++) {
      const paging = this.#wire.jobs === "batches" ? `limit=${listPage}${after}` : `page_size=${listPage}&page=${page}`;
      const { data, has_more: hasMore } = read(
        listed,
        await this.#again(() => this.#ask("GET", `${this.#wire.jobsPath}?${paging}`)),
        "a list of batches",
      );
      const jobs = data.map((value) => batchJobOf(JSON.stringify(value)));
      const found = jobs.find(({ inputFileId }) => inputFileId === fileId);
      const last = jobs.at(-1);
      const isLast = !(hasMore ?? data.length === listPage);
      if (found !== undefined || last === undefined || isLast) return found;
      after = `&after=${encodeURIComponent(last.id)}`;
    }
    return undefined;
  }

  /** Appends the content of a file to one on disk, and resolves when no power loss can take it. */
  async download(fileId: string, path: string): Promise<void> {
    await this.#again(async () => {
      const before = await sizeOf(path);
      try {
        const { statusCode, body, headers } = await this.#send("GET", `/files/${encodeURIComponent(fileId)}/content`, {});
        if (statusCode !== 200) throw errorOf({ status: statusCode, body: redact(await body.text()) }, headers, this.#server.address);
        const file = createWriteStream(path, { flags: "a" });
        await pipeline(body, file);
        await finished(file);
        await syncFile(path);
      } catch (error) {
        await cutTo(path, before);
        throw error;
      }
      return "";
    });
  }

  /** Deletes a file that nobody needs any more. What the server says of it changes nothing. */
  async forget(fileId: string): Promise<void> {
    await this.#ask("DELETE", `/files/${encodeURIComponent(fileId)}`).catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#dispatcher?.close();
  }

  #headers(): Record<string, string> {
    return { ...this.#server.headers };
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

  /** Makes a request again that changes nothing when it is made twice. */
  async #again<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ModelError) || !error.retryable || tries >= mostTries) throw error;
        const delay = error.retryAfterMs ?? Math.min(125 * 2 ** tries, longestDelayMs);
        await sleep(Math.min(delay, longestDelayMs), undefined, { signal: this.#signal });
      }
    }
  }

  async #ask(method: "GET" | "POST" | "DELETE", path: string, options: AskOptions = {}): Promise<string> {
    const { statusCode, headers, body } = await this.#send(method, path, options);
    const text = await body.text();
    if (statusCode >= 200 && statusCode < 300) return text;
    throw errorOf({ status: statusCode, body: redact(text) }, headers, this.#server.address);
  }

  async #send(
    method: "GET" | "POST" | "DELETE",
    path: string,
    { headers = this.#headers(), body = null }: AskOptions,
  ): Promise<Dispatcher.ResponseData> {
    const { request, Agent, ProxyAgent } = await import("undici");
    const { base, proxy, address } = this.#server;
    const limits = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    this.#dispatcher ??=
      proxy === undefined ? new Agent(limits) : new ProxyAgent({ ...limits, uri: proxy, proxyTunnel: base.protocol === "https:" });
    const root = base.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
    const [route = "", query = ""] = path.split("?");
    const search = [base.search.slice(1), query].filter((part) => part !== "").join("&");
    const url = `${base.origin}${root}${route}${search === "" ? "" : `?${search}`}`;
    try {
      return await request(url, { method, headers, body, dispatcher: this.#dispatcher });
    } catch (error) {
      throw new ModelError("connection", `${address}: ${messageOf(error) || "the connection failed"}`, { retryable: true, cause: error });
    }
  }
}

interface AskOptions {
  readonly headers?: Record<string, string>;
  readonly body?: string | Readable | null;
}

/** A file in the form of RFC 7578, as it is read from disk. */
async function* multipart(path: string, name: string, wire: BatchWire, boundary: string): AsyncGenerator<Uint8Array, void, void> {
  const part = (disposition: string, type: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${type}\r\n`;
  yield Buffer.from(`${part('name="purpose"', "")}${wire.purpose}\r\n`);
  yield Buffer.from(part(`name="file"; filename="${name}"`, "Content-Type: application/jsonl\r\n"));
  yield* wiredLines(createReadStream(path), wire);
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

function read<T>(schema: z.ZodType<T>, text: string, what: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ModelError("bad-reply", `expected ${what}, found: ${text.slice(0, 200)}`, { cause: error });
  }
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, "a");
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function cutTo(path: string, size: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.truncate(size);
  } finally {
    await file.close();
  }
}
