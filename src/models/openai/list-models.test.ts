import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listModels, type ListedModels } from "./list-models.ts";

let server: Server;
let origin: string;
/** The key with which the server was asked last. */
let asked: string | undefined;
const bodies: Readonly<Record<string, readonly [status: number, body: string]>> = {
  "/v1/models": [200, '{"data":[{"id":"small"},{"id":"large","max_model_len":8192}]}'],
  "/keyed/v1/models": [401, '{"error":{"message":"no key"}}'],
  "/page/v1/models": [200, "<html>"],
};

beforeAll(async () => {
  server = createServer((request, response) => {
    asked = request.headers.authorization;
    const [status, body] = bodies[request.url ?? ""] ?? [404, "{}"];
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const list = (baseUrl: string, env = {}): Promise<ListedModels> => listModels({ baseUrl, apiKeyEnv: "KEY", timeoutMs: 5_000, env });

test.each(["/v1", "/v1/", "/v1/chat/completions", ""])("names the models, and the base URL that answered, for %j", async (path) => {
  const listed = await list(`${origin}${path}`, { KEY: " a-key " });
  expect(listed).toMatchObject({ models: [{ id: "small" }, { id: "large", size: 8_192 }] });
  expect(new URL(listed.baseUrl).pathname).toMatch(/^\/v1/);
  expect(asked).toBe("Bearer a-key");
});

test.each([
  ["/keyed/v1", { problem: expect.stringContaining("answered 401 at /keyed/v1/models"), wantsKey: true }],
  ["/keyed", { wantsKey: true }],
  ["/page/v1", { problem: expect.stringContaining("no list of models"), wantsKey: false }],
  ["/nothing", { problem: expect.stringContaining("answered 404 at /nothing/models"), wantsKey: false }],
])("says why there are none at %s", async (path, expected) => {
  expect(await list(`${origin}${path}`)).toMatchObject(expected);
});

test("says that nobody listens, and refuses what is no web address", async () => {
  expect(await list("http://127.0.0.1:9/v1")).toMatchObject({ problem: expect.stringContaining("cannot be reached"), wantsKey: false });
  await expect(list("gpu1:8000/v1")).rejects.toThrow(/--base-url: expected http/);
});
