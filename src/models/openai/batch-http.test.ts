import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { BatchHttp } from "./batch-http.ts";

test("a server that takes a question and never answers is given up, and the error names what was asked", async () => {
  let isSilent = true;
  const server = createServer((_, response) => void (isSilent || response.writeHead(400).end("no")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const base = new URL(`http://${address}?api-version=1`);
  const at = { base, address, apiKeyEnv: "KEY", headers: {}, proxy: undefined };
  const http = new BatchHttp(at, new AbortController().signal);
  await expect(http.ask("GET", "/batches/b", { timeoutMs: 50 })).rejects.toMatchObject({
    kind: "connection",
    retryable: true,
    message: expect.stringContaining("Headers Timeout"),
  });
  isSilent = false;
  await expect(http.ask("GET", "/batches/b")).rejects.toThrow(`GET ${address}/batches/b answered 400: no`);
  await http.close();
  server.closeAllConnections();
  server.close();
});
