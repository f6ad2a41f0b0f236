import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from "undici";
import { SysGenError } from "../errors.ts";

export interface Progress {
  readonly receivedBytes: number;
  readonly totalBytes: number | undefined;
}

export interface DownloadOptions {
  readonly url: string;
  /** Where the whole, verified file ends up; `<to>.part` holds what has come so far. */
  readonly to: string;
  readonly bytes?: number | undefined;
  readonly sha256?: string | undefined;
  /** Sent to the URL's own host only, never to where it redirects. */
  readonly authorization?: string | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

const attempts = 5;
const mostRedirects = 5;
/** No byte for this long: the connection is taken for broken. */
const stallMs = 30_000;

/** A download that no further attempt can mend: the server refused, or what came is not the file. */
export class DownloadError extends SysGenError {}

/**
 * Fetches a file: goes on where an earlier attempt broke off (RFC 9110 range requests), checks size and SHA-256 (the hub's
 * `X-Linked-ETag` when none is given), and only then gives it its name.
 * @throws DownloadError with the server's answer or the digest that differed.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { to } = options;
  const part = `${to}.part`;
  await mkdir(dirname(to), { recursive: true });
  await using dispatcher = proxiedAgent();
  let sha256 = options.sha256;
  for (let attempt = 1; ; attempt++) {
    const had = await sizeOf(part);
    try {
      sha256 = (await fetchRest(options, part, had, dispatcher)) ?? sha256;
      break;
    } catch (error) {
      const grew = (await sizeOf(part)) > had;
      if (error instanceof DownloadError || (!grew && attempt >= attempts) || (!grew && had === 0 && attempt >= 2)) throw error;
      await sleep(Math.min(500 * 2 ** attempt, 8_000));
    }
  }
  await acceptFile(part, to, { bytes: options.bytes, sha256: options.sha256 ?? sha256 });
}

/** Checks a whole file and gives it its name. A file that is not the expected one is deleted. @throws DownloadError */
export async function acceptFile(
  part: string,
  to: string,
  expected: { bytes?: number | undefined; sha256?: string | undefined },
): Promise<void> {
  const bytes = await sizeOf(part);
  const sha256 = expected.sha256 === undefined ? undefined : await sha256Of(part);
  if ((expected.bytes !== undefined && bytes !== expected.bytes) || sha256 !== expected.sha256) {
    await rm(part, { force: true });
    const wanted = `${expected.bytes ?? "any number of"} bytes, sha256 ${expected.sha256 ?? "any"}`;
    throw new DownloadError(
      `The download is not the expected file and was deleted: expected ${wanted}; found ${bytes} bytes, sha256 ${sha256 ?? "not taken"}.`,
    );
  }
  const file = await open(part, "r+");
  await file.sync();
  await file.close();
  await rename(part, to);
}

/** Appends what is missing of the file; returns the digest that the hub gives for it. */
async function fetchRest(options: DownloadOptions, part: string, had: number, dispatcher: Dispatcher): Promise<string | undefined> {
  const { reply, linkedDigest } = await follow(options, had, dispatcher);
  const resumed = reply.statusCode === 206;
  if (reply.statusCode === 416) {
    // The part holds all there is, or more: the check decides.
    await reply.body.dump();
    return linkedDigest;
  }
  if (reply.statusCode !== 200 && !resumed) {
    const text = (await reply.body.text()).replace(/\s+/g, " ").slice(0, 200);
    const message = `${options.url} answered ${reply.statusCode}${text ? `: ${text}` : ""}`;
    if (reply.statusCode === 429 || reply.statusCode >= 500) throw new Error(message);
    throw new DownloadError(message);
  }
  const length = Number(reply.headers["content-length"]);
  let receivedBytes = resumed ? had : 0;
  const totalBytes = Number.isFinite(length) ? receivedBytes + length : options.bytes;
  const file = await open(part, resumed ? "a" : "w");
  try {
    for await (const chunk of reply.body as AsyncIterable<Buffer>) {
      await file.write(chunk);
      receivedBytes += chunk.length;
      options.onProgress?.({ receivedBytes, totalBytes });
    }
  } finally {
    await file.close();
  }
  if (totalBytes !== undefined && receivedBytes < totalBytes)
    throw new Error(`${options.url} ended after ${receivedBytes} of ${totalBytes} bytes`);
  return linkedDigest;
}

async function follow(
  options: DownloadOptions,
  had: number,
  dispatcher: Dispatcher,
): Promise<{ reply: Dispatcher.ResponseData; linkedDigest: string | undefined }> {
  const first = new URL(options.url);
  let url = first;
  let linkedDigest: string | undefined;
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const reply = await request(url, {
      dispatcher,
      headers: {
        ...(had > 0 ? { range: `bytes=${had}-` } : {}),
        ...(options.authorization !== undefined && url.host === first.host ? { authorization: options.authorization } : {}),
      },
    });
    linkedDigest ??= digestIn(reply.headers["x-linked-etag"]);
    const location = reply.headers["location"];
    if (reply.statusCode < 300 || reply.statusCode >= 400 || typeof location !== "string") return { reply, linkedDigest };
    await reply.body.dump();
    url = new URL(location, url);
  }
  throw new DownloadError(`${options.url} redirects more than ${mostRedirects} times`);
}

/** For a large file the hub's linked ETag is its SHA-256. */
function digestIn(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" ? /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(header)?.[1] : undefined;
}

function proxiedAgent(): Dispatcher & AsyncDisposable {
  const timeouts = { headersTimeout: stallMs, bodyTimeout: stallMs, connect: { timeout: 10_000 } };
  const agent = process.env["HTTPS_PROXY"] || process.env["https_proxy"] ? new EnvHttpProxyAgent(timeouts) : new Agent(timeouts);
  return Object.assign(agent, { [Symbol.asyncDispose]: () => agent.destroy() });
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (info) => info.size,
    () => 0,
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}
