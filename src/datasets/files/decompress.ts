import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** File name endings of compressed files, with the dot: `rows.jsonl.gz` is a `.jsonl` file. */
export const compressedEndings = [".gz", ".zst"] as const;

/** The name without its compression's ending. */
export function withoutCompression(name: string): string {
  const ending = compressedEndings.find((candidate) => name.toLowerCase().endsWith(candidate));
  return ending === undefined ? name : name.slice(0, -ending.length);
}

/**
 * The bytes as they were before compression, told by their first bytes and not by a name: gzip (RFC 1952), Zstandard (RFC 8878),
 * or as they are.
 * @throws the decompressor's error where the file is cut off or damaged, after all that could be read.
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

/** Node 20 has no Zstandard of its own. */
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
