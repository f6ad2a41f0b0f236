import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readLines } from "../../platform/read-lines.ts";
import { CallTable } from "../journal/call-table.ts";
import { LineReader } from "./line-reader.ts";

const idPattern = /^\{"custom_id":"([\w-]+)"/;

/** The calls that a file of requests holds, by their addresses. */
export class RequestFile {
  readonly #lines: LineReader;
  readonly #table = new CallTable();
  readonly #digest: string;
  readonly #path: string;

  /** @param path The file need not be there any more. Then it holds nothing. */
  constructor(path: string) {
    this.#path = path;
    const hash = createHash("sha256");
    if (existsSync(path))
      for (const { bytes, at } of readLines(path)) {
        const address = addressIn(bytes);
        if (address !== undefined) this.#table.add(address, at);
        hash.update(bytes).update("\n");
      }
    this.#digest = hash.digest("hex");
    this.#lines = new LineReader(path);
  }

  /** SHA-256 of the file. */
  get digest(): string {
    return this.#digest;
  }

  /** The addresses of all calls. */
  addresses(): string[] {
    return existsSync(this.#path) ? Array.from(readLines(this.#path), ({ bytes }) => addressIn(bytes) ?? "") : [];
  }

  has(address: string): boolean {
    return this.#table.find(address).some((place) => addressIn(this.#lines.at(place)) === address);
  }

  close(): void {
    this.#lines.close();
  }
}

function addressIn(line: Buffer): string | undefined {
  return idPattern.exec(line.toString("latin1", 0, 80))?.[1];
}
