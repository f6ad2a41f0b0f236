import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ModelError } from "../../errors.ts";
import { decoded } from "./content-encoding.ts";

const text = JSON.stringify({ content: "Grüße. ".repeat(20_000) });

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

async function read(encoding: string | undefined, bytes: Uint8Array): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of decoded(encoding, inChunks(bytes))) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

test.each([
  [undefined, Buffer.from(text)],
  ["identity", Buffer.from(text)],
  ["gzip", gzipSync(text)],
  ["x-gzip", gzipSync(text)],
  [undefined, gzipSync(text)],
  ["br", brotliCompressSync(text)],
  ["deflate", deflateSync(text)],
  ["deflate", deflateRawSync(text)],
  ["gzip, br", brotliCompressSync(gzipSync(text))],
])("a body of the encoding %s is read as it comes", async (encoding, bytes) => {
  expect(await read(encoding, bytes)).toBe(text);
});

test("a body of no bytes, of an unknown encoding, and one that breaks off", async () => {
  expect(await read("gzip", Buffer.alloc(0))).toBe("");
  await expect(read("zstd", Buffer.from(text))).rejects.toThrow(ModelError);
  await expect(read("zstd", Buffer.from(text))).rejects.toThrow("Content-Encoding is zstd, which cannot be read");
  await expect(read("gzip", gzipSync(text).subarray(0, 200))).rejects.toThrow("unexpected end of file");
});
