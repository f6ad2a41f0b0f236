/** Most bytes of UTF-8 that one UTF-16 unit comes to. */
const mostBytesAUnit = 3;
/** A buffer that one long text made larger than this is not kept. */
const mostKept = 4 * 1024 * 1024;

/**
 * Text that waits to be written, as UTF-8 bytes of one buffer which is used again and again: as strings it would be garbage that has lived just
 * long enough for the collector to copy it.
 */
export class TextBytes {
  readonly #capacity: number;
  #bytes: Buffer | undefined;
  #length = 0;

  /** @param capacity Bytes to begin with. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  /** What it holds; good until the next change. */
  get bytes(): Buffer {
    return (this.#bytes ?? Buffer.alloc(0)).subarray(0, this.#length);
  }

  /** Adds a text. Returns how many bytes it came to. */
  add(text: string): number {
    const added = this.#room(mostBytesAUnit * text.length).write(text, this.#length);
    this.#length += added;
    return added;
  }

  addBytes(bytes: Uint8Array): void {
    this.#room(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
  }

  addNewline(): void {
    this.#room(1)[this.#length++] = 0x0a;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes !== undefined && this.#bytes.length > mostKept) this.#bytes = undefined;
  }

  /** A buffer with room for so many more. */
  #room(more: number): Buffer {
    const known = this.#bytes;
    if (known !== undefined && known.length - this.#length >= more) return known;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#capacity, 2 * (this.#length + more)));
    if (known !== undefined) larger.set(known.subarray(0, this.#length));
    return (this.#bytes = larger);
  }
}
