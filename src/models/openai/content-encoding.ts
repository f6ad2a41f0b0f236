import { pipeline, Readable, type Transform } from "node:stream";
import { promisify } from "node:util";
import {
  brotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  gunzip,
  inflate,
  inflateRaw,
} from "node:zlib";
import { ModelError } from "../../errors.ts";

const decoders: Readonly<Record<string, (body: Buffer, mostBytes: number) => Promise<Buffer>>> = {
  gzip: (body, mostBytes) => promisify(gunzip)(body, { maxOutputLength: mostBytes, finishFlush: constants.Z_SYNC_FLUSH }),
  br: (body, mostBytes) => promisify(brotliDecompress)(body, { maxOutputLength: mostBytes }),
  deflate: (body, mostBytes) => promisify(isZlib(body) ? inflate : inflateRaw)(body, { maxOutputLength: mostBytes }),
  identity: async (body) => body,
};

const streams: Readonly<Record<string, (first: Uint8Array) => Transform>> = {
  gzip: () => createGunzip(),
  br: () => createBrotliDecompress(),
  deflate: (first) => (isZlib(first) ? createInflate() : createInflateRaw()),
};

/** `deflate` stands for zlib's format. Some servers send the bare stream. */
function isZlib(body: Uint8Array): boolean {
  return ((body[0] ?? 0) & 0x0f) === 8;
}

/** Whether a body is compressed, by its header or by the first bytes of gzip. */
export function isEncoded(encoding: string | undefined, body: Uint8Array): boolean {
  return (encoding !== undefined && encoding !== "" && encoding !== "identity") || (body[0] === 0x1f && body[1] === 0x8b);
}

/**
 * Decompresses a body that came with this `Content-Encoding`. Servers send one unasked.
 * @param mostBytes Decompression ends when the result is larger. A few kilobytes can decompress to
 * gigabytes.
 * @throws Error when the encoding is not known, or the result is broken or larger.
 */
export async function decode(encoding: string | undefined, body: Buffer, mostBytes: number): Promise<Buffer> {
  let whole = body;
  for (const name of namesIn(encoding)) {
    const decoder = decoders[name];
    if (decoder === undefined) throw new Error(unreadable(name));
    whole = await decoder(whole, mostBytes);
  }
  return whole;
}

/**
 * Decompresses the bytes of a body as they come, where they are compressed.
 * @throws ModelError when the encoding is not known.
 * @throws Error when the bytes are broken.
 */
export async function* decoded(
  encoding: string | readonly string[] | undefined,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const header = encoding?.toString();
  const from = bytes[Symbol.asyncIterator]();
  const { value: first, done } = await from.next();
  if (done === true) return;
  const all = async function* (): AsyncGenerator<Uint8Array, void, void> {
    yield first;
    yield* { [Symbol.asyncIterator]: () => from };
  };
  let stream = Readable.from(all());
  for (const name of isEncoded(header, Buffer.from(first)) ? namesIn(header) : []) {
    if (name === "identity") continue;
    const decoder = streams[name];
    if (decoder === undefined) throw new ModelError("bad-reply", unreadable(name));
    // Errors come out of the stream that is read.
    stream = pipeline(stream, decoder(first), () => undefined);
  }
  yield* stream;
}

/** The names of encodings in a header, the one that was applied last first. Without one, gzip. */
function namesIn(encoding = "gzip"): string[] {
  const names = encoding
    .toLowerCase()
    .split(",")
    .map((one) => one.trim().replace(/^x-/, ""));
  return names.filter((name) => name !== "").toReversed();
}

function unreadable(name: string): string {
  return `the reply's Content-Encoding is ${name}, which cannot be read`;
}
