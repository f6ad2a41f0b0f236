import { promisify } from "node:util";
import { brotliDecompress, constants, gunzip, inflate, inflateRaw } from "node:zlib";

const decoders: Readonly<Record<string, (body: Buffer, mostBytes: number) => Promise<Buffer>>> = {
  gzip: (body, mostBytes) => promisify(gunzip)(body, { maxOutputLength: mostBytes, finishFlush: constants.Z_SYNC_FLUSH }),
  br: (body, mostBytes) => promisify(brotliDecompress)(body, { maxOutputLength: mostBytes }),
  deflate: (body, mostBytes) =>
    // The name stands for zlib's format. Some servers send the bare stream.
    promisify(((body[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw)(body, { maxOutputLength: mostBytes }),
  identity: async (body) => body,
};

/** Whether a body is compressed, by its header or by the first bytes of gzip. */
export function isEncoded(encoding: string | undefined, body: Buffer): boolean {
  return (encoding !== undefined && encoding !== "" && encoding !== "identity") || (body[0] === 0x1f && body[1] === 0x8b);
}

/**
 * Decompresses a body that came with this `Content-Encoding`. Servers send one unasked.
 * @param mostBytes Decompression ends when the result is larger. A few kilobytes can decompress to
 * gigabytes.
 * @throws Error when the encoding is not known, or the result is broken or larger.
 */
export async function decode(encoding: string | undefined, body: Buffer, mostBytes: number): Promise<Buffer> {
  const names = (encoding ?? "gzip").toLowerCase().split(",");
  let decoded = body;
  // The encoding that was applied last stands last.
  for (const name of names.map((one) => one.trim().replace(/^x-/, "")).toReversed()) {
    if (name === "") continue;
    const decoder = decoders[name];
    if (decoder === undefined) throw new Error(`the reply's Content-Encoding is ${name}, which cannot be read`);
    decoded = await decoder(decoded, mostBytes);
  }
  return decoded;
}
