import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Connections } from "./connections.ts";
import { DeadlineError, UnreadableReplyError, type HttpReply } from "./reply-collector.ts";

const limits = { timeoutMs: 5_000, mostBytes: 2 ** 20 };

/** One POST request to a server that answers like this. */
async function ask(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
  more: Partial<typeof limits> = {},
): Promise<HttpReply> {
  const server = createServer((request, response) => {
    request.resume();
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const connections = new Connections(`http://127.0.0.1:${port}`);
  try {
    return await connections.post({ path: "/", headers: {}, ...limits, ...more }, (allocate) => allocate(2));
  } finally {
    await connections.close();
    server.closeAllConnections();
    server.close();
  }
}

/** Writes without end, as fast as the client reads. */
function endless(response: ServerResponse, piece: Buffer): void {
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once("drain", write);
  };
  write();
}

const blanks = Buffer.alloc(1 << 16, 32);
const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20));
const drip = (response: ServerResponse): void => {
  const timer = setInterval(() => response.write(" "), 20);
  response.on("close", () => clearInterval(timer));
};

test.each([
  ["never answers", () => undefined],
  ["sends headers and no body", (response: ServerResponse) => response.flushHeaders()],
  ["sends a blank from time to time", drip],
] as const)("a server that %s is given up at the deadline", async (_, answer) => {
  const started = performance.now();
  await expect(ask(answer, { timeoutMs: 300 })).rejects.toThrow(DeadlineError);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test("a body that pauses for less than the deadline is whole", async () => {
  const reply = await ask((response) => {
    response.write("a");
    setTimeout(() => response.end("b"), 300);
  });
  expect(reply.text).toBe("ab");
});

test.each([
  ["without end", (response: ServerResponse) => endless(response, blanks)],
  ["of one gigabyte", (response: ServerResponse) => endless(response.writeHead(200, { "content-length": 2 ** 30 }), blanks)],
  ["that decompresses to 64 MB", (response: ServerResponse) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb)],
] as const)("a body %s is refused", async (_, answer) => {
  await expect(ask(answer)).rejects.toThrow(/larger than 1 MB/);
});

test("of an error's body the beginning is read, whatever comes after it", async () => {
  const reply = await ask((response) => {
    response.writeHead(500);
    response.write('{"error":"no"}');
    endless(response, blanks);
  });
  expect([reply.status, reply.text.trim()]).toEqual([500, '{"error":"no"}']);
  const compressed = await ask((response) => void response.writeHead(400, { "content-encoding": "gzip" }).end(bomb));
  expect([compressed.status, compressed.text]).toEqual([400, ""]);
});

const said = "Grüße, 世界";
test.each([
  ["gzip", gzipSync(said)],
  ["x-gzip", gzipSync(said)],
  ["GZIP", gzipSync(said)],
  ["br", brotliCompressSync(said)],
  ["deflate", deflateSync(said)],
  ["deflate", deflateRawSync(said)],
  ["gzip, br", brotliCompressSync(gzipSync(said))],
  ["identity", Buffer.from(said)],
  [undefined, gzipSync(said)],
  [undefined, Buffer.from(said)],
])("Content-Encoding %s is read", async (encoding, body) => {
  const reply = await ask(
    (response) => void response.writeHead(200, encoding === undefined ? {} : { "content-encoding": encoding }).end(body),
  );
  expect(reply.text).toBe(said);
});

test("an encoding that is not known, and a broken body, are told", async () => {
  const encoded = (encoding: string): Promise<HttpReply> =>
    ask((response) => void response.writeHead(200, { "content-encoding": encoding }).end("x"));
  await expect(encoded("compress")).rejects.toThrow(/Content-Encoding is compress/);
  await expect(encoded("br")).rejects.toThrow(UnreadableReplyError);
});
