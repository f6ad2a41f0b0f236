/**
 * Chunks as buffers of the same memory. The library's types say `Uint8Array`, because `Buffer` is
 * unknown to a program without the types of Node.
 */
export async function* buffersOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, void> {
  for await (const chunk of chunks) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
