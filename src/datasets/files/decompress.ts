import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/**
 * Name endings of compressed files, with the dot. For example `rows.jsonl.gz` is a compressed
 * `.jsonl` file.
 */
export const compressedEndings = [".gz", ".zst"] as const;

/** The name without the ending of its compression. */
export function withoutCompression(name: string): string {
  const ending = compressedEndings.find((candidate) => name.toLowerCase().endsWith(candidate));
  return ending === undefined ? name : name.slice(0, -ending.length);
}

/**
 * The decompressed bytes of gzip (RFC 1952) and Zstandard (RFC 8878), and all other bytes
 * unchanged. The first bytes tell the compression, because file names can be wrong.
 * @throws the decompressor's error when the file is cut off or damaged, after yielding all bytes
 * that could be read.
 */
export function decompressed(head: Buffer, chunks: AsyncIterable<Buffer>): { isCompressed: boolean; chunks: AsyncIterable<Buffer> } {
  if (head[0] === 0x1f && head[1] === 0x8b) return { isCompressed: true, chunks: gunzipped(chunks) };
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return { isCompressed: true, chunks: unzstd(chunks) };
  return { isCompressed: false, chunks };
}

async function* gunzipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const source = Readable.from(chunks, { objectMode: false });
  const gunzip = source.pipe(createGunzip({ chunkSize: 1 << 18 }));
  source.on("error", (error) => gunzip.destroy(error));
  try {
    for await (const chunk of gunzip) if (Buffer.isBuffer(chunk)) yield chunk;
  } finally {
    source.destroy();
  }
}

/** Uses the package `fzstd`, because Node 20 has no Zstandard of its own. */
async function* unzstd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const { Decompress } = await import("fzstd");
  let ready: Buffer[] = [];
  const stream = new Decompress((data) => void ready.push(Buffer.from(data)));
  for await (const chunk of chunks) {
    stream.push(chunk);
    yield* ready;
    ready = [];
  }
  stream.push(new Uint8Array(), true);
  yield* ready;
}
