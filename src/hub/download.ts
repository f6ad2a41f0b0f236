import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { Outage, SysGenError, messageOf } from "../errors.ts";
import { digestOfFile, type Digest } from "./digest.ts";
import { openDispatcher } from "./dispatcher.ts";
import type { Environment } from "../platform/environment.ts";
import { HubRefused, type HubAddress } from "./refusal.ts";
import { refusalIn, retryAfterMs } from "./reply-headers.ts";

/** How much of a file has come. `totalBytes` is undefined when the size is not known. */
export interface Progress {
  readonly receivedBytes: number;
  readonly totalBytes: number | undefined;
}

export interface DownloadOptions {
  readonly url: string;
  /** Where the whole, verified file ends up. `<to>.part` holds what has come so far. */
  readonly to: string;
  /** Environment variables that name proxies. */
  readonly env: Environment;
  /** The file's size. Undefined when it is not known, and then it is not checked. */
  readonly bytes?: number | undefined;
  /** The digest that the content must have. */
  readonly digest?: Digest | undefined;
  /**
   * The access token. Sent only to the host of `url` and never to another host that it redirects
   * to.
   */
  readonly token?: string | undefined;
  /** What `url` belongs to. When given, a refusal is thrown as HubRefused with the hub's reason. */
  readonly about?: HubAddress | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const attempts = 5;
const mostRedirects = 5;
const stallMs = 30_000;

/**
 * A download that another attempt cannot mend. The server refused, or the content is not the file.
 */
export class DownloadError extends SysGenError {}

/** The content is not the expected file. The part has been deleted. */
class WrongFile extends DownloadError {}

/** The server asks to try again later, after `afterMs` milliseconds when it says so. */
class Busy extends Outage {
  readonly afterMs: number | undefined;
  constructor(message: string, afterMs: number | undefined) {
    super(message);
    this.afterMs = afterMs;
  }
}

/**
 * Fetches a file. Continues where an earlier attempt broke off, with range requests (RFC 9110,
 * section 14). Checks size and digest, and only then gives the file its name. Without `digest`, the
 * hub's `X-Linked-ETag` is checked when there is one. A file that turns out wrong is fetched once
 * more.
 * @throws DownloadError with the server's reply or the digest that differs.
 * @throws HubRefused when the hub refuses and `about` is given.
 */
export async function download(options: DownloadOptions): Promise<void> {
  await mkdir(dirname(options.to), { recursive: true });
  await using dispatcher = await openDispatcher({ env: options.env, stallMs });
  try {
    await fetchAndAccept(options, dispatcher);
  } catch (error) {
    if (!(error instanceof WrongFile)) throw error;
    await fetchAndAccept(options, dispatcher);
  }
}

/**
 * Checks a whole file and renames it to `to`. Deletes a file that is not the expected one.
 * @throws DownloadError when size or digest differ.
 */
export async function acceptFile(
  part: string,
  to: string,
  expected: { bytes?: number | undefined; digest?: Digest | undefined },
  signal?: AbortSignal,
): Promise<void> {
  const { bytes: wantedBytes, digest } = expected;
  const bytes = await sizeOf(part);
  const hex = digest && (await digestOfFile(part, digest.algorithm, signal));
  if ((wantedBytes !== undefined && bytes !== wantedBytes) || hex !== digest?.hex) {
    await rm(part, { force: true });
    const algorithm = digest?.algorithm ?? "sha256";
    throw new WrongFile(
      `The download is not the expected file and was deleted: expected ${wantedBytes ?? "any number of"} bytes, ${algorithm} ${digest?.hex ?? "any"}; found ${bytes} bytes, ${algorithm} ${hex ?? "not taken"}.`,
    );
  }
  const file = await open(part, "r+");
  await file.sync();
  await file.close();
  await rename(part, to);
}

/**
 * Fetches the missing part of a file and checks the whole. Attempts are counted anew after each one
 * that brought more bytes.
 */
async function fetchAndAccept(options: DownloadOptions, dispatcher: Dispatcher): Promise<void> {
  const part = `${options.to}.part`;
  if (options.bytes !== undefined && (await sizeOf(part)) > options.bytes) await rm(part, { force: true });
  let linked: Digest | undefined;
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    const had = await sizeOf(part);
    try {
      linked = (await fetchRest(options, part, had, dispatcher)) ?? linked;
      break;
    } catch (error) {
      if (error instanceof DownloadError || error instanceof HubRefused || options.signal?.aborted === true) throw error;
      if ((await sizeOf(part)) > had) attempt = 0;
      // The server cannot be reached and nothing has come yet, so two attempts are enough.
      else if (attempt >= (had === 0 && !(error instanceof Busy) ? 2 : attempts)) throw error;
      const waitMs = (error instanceof Busy ? error.afterMs : undefined) ?? Math.min(250 * 2 ** attempt, 8_000);
      await sleep(waitMs, undefined, { signal: options.signal });
    }
  }
  await acceptFile(part, options.to, { bytes: options.bytes, digest: options.digest ?? linked }, options.signal);
}

/** Appends the missing part of the file. Returns the digest that the hub gives for it. */
async function fetchRest(options: DownloadOptions, part: string, had: number, dispatcher: Dispatcher): Promise<Digest | undefined> {
  const { reply, linked } = await requestWithRedirects(options, had, dispatcher);
  const resumed = reply.statusCode === 206;
  if (reply.statusCode === 416) {
    // 416 means that the part is complete or too long. The check of the whole file decides.
    await reply.body.dump();
    return linked;
  }
  if (reply.statusCode !== 200 && !resumed) throw await refused(options, reply);
  const range = reply.headers["content-range"];
  if (resumed && typeof range === "string" && !range.startsWith(`bytes ${had}-`)) {
    await reply.body.dump();
    await rm(part, { force: true });
    throw new Error(`${options.url}: asked for bytes from ${had} on, found ${range}`);
  }
  const length = Number(reply.headers["content-length"]);
  let receivedBytes = resumed ? had : 0;
  const totalBytes = Number.isFinite(length) ? receivedBytes + length : options.bytes;
  const file = await open(part, resumed ? "a" : "w");
  try {
    for await (const chunk of reply.body as AsyncIterable<Buffer>) {
      await file.writeFile(chunk).catch((error: unknown) => {
        throw new DownloadError(`Cannot write ${part}: ${messageOf(error)}`, { cause: error });
      });
      receivedBytes += chunk.length;
      options.onProgress?.({ receivedBytes, totalBytes });
    }
  } finally {
    await file.close();
  }
  if (totalBytes !== undefined && receivedBytes < totalBytes)
    throw new Error(`${options.url} ended after ${receivedBytes} of ${totalBytes} bytes`);
  return linked;
}

async function refused(options: DownloadOptions, reply: Dispatcher.ResponseData): Promise<Error> {
  const header = (name: string): string | undefined => oneOf(reply.headers[name]);
  const refusal = refusalIn(reply.statusCode, header, await reply.body.text());
  const message = `${options.url} answered ${reply.statusCode}${refusal.message ? `: ${refusal.message}` : ""}`;
  if (reply.statusCode === 429 || reply.statusCode >= 500) return new Busy(message, retryAfterMs(header("retry-after")));
  return options.about ? new HubRefused(options.about, refusal, options.token !== undefined) : new DownloadError(message);
}

/** Requests the URL from byte `had` on and follows redirects. */
async function requestWithRedirects(
  options: DownloadOptions,
  had: number,
  dispatcher: Dispatcher,
): Promise<{ reply: Dispatcher.ResponseData; linked: Digest | undefined }> {
  const { request } = await import("undici");
  const first = new URL(options.url);
  let url = first;
  let linked: Digest | undefined;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const sameHost = url.host === first.host && (url.protocol === "https:" || url.protocol === first.protocol);
    const reply = await request(url, {
      dispatcher,
      signal: options.signal,
      headers: {
        ...(had > 0 ? { range: `bytes=${had}-` } : {}),
        ...(options.token !== undefined && sameHost ? { authorization: `Bearer ${options.token}` } : {}),
      },
    });
    linked ??= linkedDigest(reply.headers["x-linked-etag"]);
    const location = reply.headers["location"];
    if (reply.statusCode < 300 || reply.statusCode >= 400 || typeof location !== "string") return { reply, linked };
    await reply.body.dump();
    url = new URL(location, url);
  }
  throw new DownloadError(`${options.url} redirects more than ${mostRedirects} times`);
}

/** The digest in the hub's `X-Linked-ETag` header, which is the SHA-256 of a large file. */
function linkedDigest(header: string | string[] | undefined): Digest | undefined {
  const hex = /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(oneOf(header) ?? "")?.[1];
  return hex === undefined ? undefined : { algorithm: "sha256", hex };
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (info) => info.size,
    () => 0,
  );
}
