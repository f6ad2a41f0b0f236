import { createHash } from "node:crypto";
import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from "node:fs";
import type { SysGenError } from "../../errors.ts";
import { explainWriteError } from "../../platform/disk-errors.ts";
import { TextBytes } from "../../platform/text-bytes.ts";
import { CallTable } from "../journal/call-table.ts";

/** Bytes that wait in memory until they are written. */
const writeBytes = 1 << 20;
const idStart = Buffer.from('{"custom_id":"');
/** Length of a call's address, a SHA-256 in base64url. */
const addressLength = 43;

/** What a file of requests came to. */
export interface WaveTotals {
  readonly requests: number;
  readonly bytes: number;
  /** SHA-256 of the file. */
  readonly digest: string;
}

/**
 * A file of requests that grows while a pass goes through the rows. Only the places of calls are
 * in memory, 8 bytes a call.
 */
export class WaveFile {
  readonly #path: string;
  readonly #file: number;
  readonly #table = new CallTable();
  readonly #hash = createHash("sha256");
  readonly #waiting = new TextBytes(writeBytes);
  #written = 0;
  #requests = 0;
  #failure: SysGenError | undefined;
  #isClosed = false;

  /** @throws SysGenError when the file cannot be made. */
  constructor(path: string) {
    this.#path = path;
    this.#file = this.#explained(() => openSync(path, "w+"));
  }

  get requests(): number {
    return this.#requests;
  }

  get bytes(): number {
    return this.#written + this.#waiting.length;
  }

  /** Whether the file holds the call. */
  has(address: string): boolean {
    return this.#table.find(address).some((place) => this.#addressAt(place) === address);
  }

  /**
   * @param route What stands between the address and the body.
   * @throws SysGenError when the file cannot be written. No call can be added from then on.
   */
  add(address: string, route: string, body: Buffer): void {
    this.#table.add(address, this.bytes);
    const from = this.#waiting.length;
    this.#waiting.add(`{"custom_id":"${address}"${route},"body":`);
    this.#waiting.addBytes(body);
    this.#waiting.add("}\n");
    this.#hash.update(this.#waiting.bytes.subarray(from));
    this.#requests++;
    if (this.#waiting.length >= writeBytes) this.#write();
  }

  /**
   * Puts everything on disk, and closes the file.
   * @throws SysGenError when the file cannot be written.
   */
  close(): WaveTotals {
    this.#write();
    this.#explained(() => fdatasyncSync(this.#file));
    this.discard();
    return { requests: this.#requests, bytes: this.#written, digest: this.#hash.digest("hex") };
  }

  /** Closes the file as it is, unless it is closed. */
  discard(): void {
    if (!this.#isClosed) closeSync(this.#file);
    this.#isClosed = true;
  }

  #write(): void {
    // Behind a part of a line, no other may follow.
    if (this.#failure !== undefined) throw this.#failure;
    const { bytes } = this.#waiting;
    this.#explained(() => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    });
    this.#written += bytes.length;
    this.#waiting.clear();
  }

  #explained<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      this.#failure = explainWriteError(this.#path, error);
      throw this.#failure;
    }
  }

  #addressAt(place: number): string {
    if (place >= this.#written) this.#write();
    const bytes = Buffer.allocUnsafe(addressLength);
    readSync(this.#file, bytes, 0, addressLength, place + idStart.length);
    return bytes.toString("latin1");
  }
}
