import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { CatalogModel } from "./catalog.ts";
import { download } from "./download.ts";
import { pullWeights } from "./weights.ts";

const file = Buffer.from("GGUF".padEnd(200_000, "0123456789"));
const sha256 = createHash("sha256").update(file).digest("hex");

interface Hub extends AsyncDisposable {
  readonly url: string;
  readonly requests: { path: string | undefined; range: string | undefined; authorization: string | undefined }[];
}

/** Answers as the Hugging Face hub does: a redirect with the file's digest, then the file from another host, by range where asked. */
async function startHub(serve: (request: IncomingMessage, response: ServerResponse, count: number) => boolean = () => false): Promise<Hub> {
  const requests: Hub["requests"] = [];
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    requests.push({ path: request.url, range, authorization });
    if (serve(request, response, requests.length)) return;
    if (request.url?.includes("/resolve/")) {
      const { port } = server.address() as AddressInfo;
      response.writeHead(302, { location: `http://localhost:${port}/blob`, "x-linked-etag": `"${sha256}"` }).end();
      return;
    }
    const from = Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    if (from >= file.length) response.writeHead(416).end();
    else response.writeHead(range === undefined ? 200 : 206, { "content-length": file.length - from }).end(file.subarray(from));
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const model: CatalogModel = {
  name: "test",
  about: "",
  licence: "",
  file: "model.gguf",
  bytes: file.length,
  sha256,
  hub: { repo: "a/b", revision: "main", path: "model.gguf" },
};

test("follows the redirect, checks the digest, shows progress; the token goes to the hub's host alone", async () => {
  await using hub = await startHub();
  await using folder = await temporaryFolder();
  const seen: number[] = [];
  const env = { SYSGEN_CACHE: folder.path, HF_ENDPOINT: hub.url, HF_TOKEN: "hf_secret" };
  const path = await pullWeights(model, { env, onProgress: ({ receivedBytes }) => void seen.push(receivedBytes) });
  expect(path).toBe(join(folder.path, "models", "model.gguf"));
  expect(await readFile(path)).toEqual(file);
  expect(seen.at(-1)).toBe(file.length);
  expect(hub.requests.map(({ authorization }) => authorization)).toEqual(["Bearer hf_secret", undefined]);
  await pullWeights(model, { env });
  expect(hub.requests).toHaveLength(2);
});

test("a transfer that breaks goes on where it broke", async () => {
  let broken = false;
  await using hub = await startHub((request, response) => {
    if (request.url !== "/blob" || broken) return false;
    broken = true;
    response.writeHead(200, { "content-length": file.length });
    // A moment for the bytes to arrive: a reset throws away what is on its way.
    response.write(file.subarray(0, 50_000), () => setTimeout(() => request.socket.destroy(), 300));
    return true;
  });
  await using folder = await temporaryFolder();
  const to = join(folder.path, "model.gguf");
  await download({ url: `${hub.url}/a/b/resolve/main/model.gguf`, to });
  expect(await readFile(to)).toEqual(file);
  expect(hub.requests.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
  expect(existsSync(`${to}.part`)).toBe(false);
});

test("what an earlier process left is not fetched again", async () => {
  await using hub = await startHub();
  await using folder = await temporaryFolder();
  const to = join(folder.path, "model.gguf");
  await writeFile(`${to}.part`, file.subarray(0, 150_000));
  await download({ url: `${hub.url}/a/b/resolve/main/model.gguf`, to, sha256 });
  expect(hub.requests.at(-1)?.range).toBe("bytes=150000-");
  expect(await readFile(to)).toEqual(file);
});

test("a file with another digest is deleted and refused", async () => {
  await using hub = await startHub();
  await using folder = await temporaryFolder();
  const to = join(folder.path, "model.gguf");
  await writeFile(`${to}.part`, "not what the hub has");
  await expect(download({ url: `${hub.url}/a/b/resolve/main/model.gguf`, to })).rejects.toThrow(/not the expected file.*sha256/s);
  expect(existsSync(to)).toBe(false);
  expect(existsSync(`${to}.part`)).toBe(false);
});

test("a hub that refuses is named, with the way to use a file", async () => {
  await using hub = await startHub((_request, response) => {
    response.writeHead(401).end("Access to model a/b is restricted");
    return true;
  });
  await using folder = await temporaryFolder();
  const pulling = pullWeights(model, { env: { SYSGEN_CACHE: folder.path, HF_ENDPOINT: hub.url } });
  await expect(pulling).rejects.toThrow(/answered 401: Access to model a\/b is restricted.*--model \.\/model\.gguf/s);
});

test("a busy hub is asked again", async () => {
  await using hub = await startHub((_request, response, count) => {
    if (count > 1) return false;
    response.writeHead(503).end();
    return true;
  });
  await using folder = await temporaryFolder();
  await download({ url: `${hub.url}/a/b/resolve/main/model.gguf`, to: join(folder.path, "model.gguf"), sha256 });
  expect(hub.requests.length).toBe(3);
});
