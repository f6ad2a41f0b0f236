/** The most bytes of UTF-8 for one UTF-16 unit. */
const mostBytesPerUnit = 3;
/** `clear` frees a buffer that a long text made larger than this. */
const mostKeptBytes = 4 * 1024 * 1024;

/**
 * Text that waits to be written, as UTF-8 in one buffer that is used again and again. Waiting
 * strings would live just long enough for the garbage collector to copy them before they are freed.
 * This serves the CPU of bench C (bench/README.md).
 */
export class TextBytes {
  readonly #capacity: number;
  #bytes: Buffer | undefined;
  #length = 0;

  /** @param capacity The first size of the buffer, in bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** The bytes that wait. Valid until the next change. */
  get bytes(): Buffer {
    return (this.#bytes ?? Buffer.alloc(0)).subarray(0, this.#length);
  }

  /** Adds a text. Returns its length in bytes. */
  add(text: string): number {
    const added = this.#room(mostBytesPerUnit * text.length).write(text, this.#length);
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
    if (this.#bytes !== undefined && this.#bytes.length > mostKeptBytes) this.#bytes = undefined;
  }

  /** The buffer, with room for `more` further bytes. */
  #room(more: number): Buffer {
    const known = this.#bytes;
    if (known !== undefined && known.length - this.#length >= more) return known;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#capacity, 2 * (this.#length + more)));
    if (known !== undefined) larger.set(known.subarray(0, this.#length));
    return (this.#bytes = larger);
  }
}
