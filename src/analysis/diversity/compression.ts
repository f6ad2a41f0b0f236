import { gzipSync } from "node:zlib";
import { rounded } from "../statistics/rounded.ts";

/** gzip looks back 32 KiB: a piece of this size is as good as the whole. */
const pieceBytes = 1 << 20;

/** Compression ratio of texts, a line each (Shaib et al. 2024, "Standardizing the Measurement of Text Diversity"): their bytes over those of their gzip. */
export class Compression {
  #lines: string[] = [];
  #pending = 0;
  #bytes = 0;
  #compressed = 0;

  add(text: string): void {
    this.#lines.push(text, "\n");
    this.#pending += text.length + 1;
    if (this.#pending > pieceBytes) this.#flush();
  }

  /** Null for no text. */
  ratio(): number | null {
    this.#flush();
    return this.#bytes === 0 ? null : rounded(this.#bytes / this.#compressed);
  }

  #flush(): void {
    if (this.#pending === 0) return;
    const bytes = Buffer.from(this.#lines.join(""));
    this.#bytes += bytes.length;
    this.#compressed += gzipSync(bytes).length;
    this.#lines = [];
    this.#pending = 0;
  }
}
