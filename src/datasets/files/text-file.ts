import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { SysGenError, messageOf } from "../../errors.ts";

const pieceLength = 1 << 18;
/** Bytes of one Zstandard frame. A file may hold several frames (RFC 8878, section 3.1). */
const frameBytes = 4 << 20;

/**
 * Writes pieces of text to a file. Compresses them when the name ends in `.gz` or `.zst`.
 * @throws SysGenError when the optional package for `.zst` cannot be loaded.
 */
export async function writeText(path: string, pieces: AsyncIterable<string>): Promise<void> {
  await using file = await open(path, "w");
  for await (const chunk of compressed(path, inBuffers(pieces, path.endsWith(".zst") ? frameBytes : pieceLength)))
    await file.writeFile(chunk);
  await file.sync();
}

function compressed(path: string, buffers: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  if (path.endsWith(".gz")) return gzipped(buffers);
  if (path.endsWith(".zst")) return zstandard(buffers);
  return buffers;
}

async function* gzipped(buffers: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const source = Readable.from(buffers, { objectMode: false });
  const gzip = source.pipe(createGzip({ chunkSize: pieceLength }));
  source.on("error", (error) => gzip.destroy(error));
  for await (const chunk of gzip) if (Buffer.isBuffer(chunk)) yield chunk;
}

/**
 * Uses an optional package, because Node 20 has no Zstandard of its own.
 * @throws SysGenError when the package has no binary for this machine.
 */
async function* zstandard(buffers: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const library = await import("@toondepauw/node-zstd").catch((error: unknown) => {
    throw new SysGenError(
      `Writing .zst needs the optional package @toondepauw/node-zstd, which cannot be loaded here (${messageOf(error)}). Write .gz instead, or compress with the zstd program.`,
    );
  });
  const encoder = new library.Encoder(3);
  for await (const buffer of buffers) yield await encoder.encode(buffer);
}

async function* inBuffers(pieces: AsyncIterable<string>, length: number): AsyncGenerator<Buffer, void, void> {
  let pending: string[] = [];
  let pendingLength = 0;
  for await (const piece of pieces) {
    pending.push(piece);
    pendingLength += piece.length;
    if (pendingLength < length) continue;
    yield Buffer.from(pending.join(""));
    pending = [];
    pendingLength = 0;
  }
  if (pendingLength > 0) yield Buffer.from(pending.join(""));
}
