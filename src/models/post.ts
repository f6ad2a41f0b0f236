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
  return new Promise((resolve, reject) => {
    let status = 0;
    let headers: ReplyHeaders = {};
    const chunks: Buffer[] = [];
    connections.dispatch(
      { ...request, method: "POST" },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode, replyHeaders) {
          status = statusCode;
          headers = replyHeaders;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          const [first] = chunks;
          resolve({ status, headers, text: (chunks.length === 1 && first ? first : Buffer.concat(chunks)).toString("utf8") });
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      },
    );
  });
}
