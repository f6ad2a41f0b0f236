import type { Dispatcher } from "undici";
import type { ReplyHeaders } from "./rate-limit-headers.ts";

export interface PostReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  /** The whole body, as UTF-8. */
  readonly text: string;
}

/**
 * One POST request, its reply read whole. Through `dispatch`, because a body that is not streamed to anyone needs no stream: `request`
 * makes one for each reply, which costs as much as the rest of its work.
 * @throws what undici says when no whole reply came.
 */
export function post(connections: Dispatcher, request: Omit<Dispatcher.DispatchOptions, "method">): Promise<PostReply> {
  const collector = new Collector();
  connections.dispatch({ ...request, method: "POST" }, collector);
  return collector.reply;
}

/** Knows nothing of the request, whose text would else be kept in memory until the reply is there. */
class Collector implements Dispatcher.DispatchHandler {
  readonly reply: Promise<PostReply>;
  #resolve: (reply: PostReply) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #status = 0;
  #headers: ReplyHeaders = {};
  readonly #chunks: Buffer[] = [];

  constructor() {
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  // undici tells by this method that the others are of its present interface.
  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: ReplyHeaders): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const body = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    this.#resolve({ status: this.#status, headers: this.#headers, text: body.toString("utf8") });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: unknown): void {
    this.#reject(error);
  }
}
