import type { Dispatcher } from "undici";
import { decode, isEncoded } from "./content-encoding.ts";
import type { ReplyHeaders } from "./rate-limit-headers.ts";

export interface HttpReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  /** The whole body, decompressed and decoded from UTF-8. */
  readonly text: string;
  /** Milliseconds from sending the request to the end of the reply. */
  readonly tookMs: number;
}

/** What a reply may take. */
export interface ReplyLimits {
  /** Milliseconds from sending the request to the last byte of the reply. */
  readonly timeoutMs: number;
  /** Bytes of the body, both as it is sent and decompressed. */
  readonly mostBytes: number;
}

/** The reply was not whole within its time. */
export class DeadlineError extends Error {}

/** The reply came and is of no use. It is larger than its limit, or cannot be decompressed. */
export class UnreadableReplyError extends Error {}

/** The beginning of an error's body says what the error is. The rest is not read. */
const mostErrorBytes = 64 * 1024;
/** A body in more pieces than this is joined, because a piece of one byte takes 100 bytes. */
const mostChunks = 1_000;

/**
 * Collects a reply within its limits. It holds no reference to the request, because the request's
 * text would then stay in memory until the reply has come.
 */
export class ReplyCollector implements Dispatcher.DispatchHandler {
  readonly reply: Promise<HttpReply>;
  #resolve: (reply: HttpReply | Promise<HttpReply>) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #status = 0;
  #headers: ReplyHeaders = {};
  #chunks: Buffer[] = [];
  #bytes = 0;
  readonly #mostBytes: number;
  readonly #onEnd: (isWhole: boolean) => void;
  readonly #startedMs = performance.now();
  readonly #deadline: NodeJS.Timeout;

  /** @param onEnd Told once whether the connection may be used again. */
  constructor({ timeoutMs, mostBytes }: ReplyLimits, onEnd: (isWhole: boolean) => void) {
    this.#mostBytes = mostBytes;
    this.#onEnd = onEnd;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#deadline = setTimeout(() => this.#fail(new DeadlineError()), timeoutMs);
  }

  // undici takes a handler with this method for one of its present interface.
  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#mostBytes && this.#isSuccess) return this.#fail(tooLarge(this.#mostBytes));
    this.#chunks.push(chunk);
    if (this.#chunks.length > mostChunks) this.#chunks = [Buffer.concat(this.#chunks)];
    if (this.#bytes > mostErrorBytes && !this.#isSuccess) this.#end(false);
  }

  onResponseEnd(): void {
    this.#end(true);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#fail(error);
  }

  get #isSuccess(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }

  #end(isWhole: boolean): void {
    clearTimeout(this.#deadline);
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.#chunks = [];
    const reply = { status: this.#status, headers: this.#headers, tookMs: performance.now() - this.#startedMs };
    const encoding = this.#headers["content-encoding"]?.toString();
    this.#resolve(isEncoded(encoding, body) ? this.#decoded(reply, encoding, body) : { ...reply, text: body.toString("utf8") });
    this.#onEnd(isWhole);
  }

  async #decoded(reply: Omit<HttpReply, "text">, encoding: string | undefined, body: Buffer): Promise<HttpReply> {
    try {
      return { ...reply, text: (await decode(encoding, body, this.#mostBytes)).toString("utf8") };
    } catch (error) {
      // The status of an error is known, whatever its body is.
      if (!this.#isSuccess) return { ...reply, text: "" };
      if (error instanceof RangeError) throw tooLarge(this.#mostBytes);
      throw new UnreadableReplyError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  #fail(error: unknown): void {
    clearTimeout(this.#deadline);
    this.#chunks = [];
    this.#reject(error);
    this.#onEnd(false);
  }
}

function tooLarge(mostBytes: number): UnreadableReplyError {
  return new UnreadableReplyError(`the reply is larger than ${Math.round(mostBytes / 2 ** 20)} MB`);
}
