import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitBlobId, startHubServer, type HubServer } from "../../test/fixtures/hub-server.ts";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import type { Digest } from "./digest.ts";
import { download, type DownloadOptions } from "./download.ts";

const content = Buffer.from("GGUF".padEnd(200_000, "0123456789"));
const hex = createHash("sha256").update(content).digest("hex");
const digest: Digest = { algorithm: "sha256", hex };

async function hubWithFile(options: { isGated?: boolean; isPrivate?: boolean } = {}): Promise<HubServer> {
  const hub = await startHubServer();
  hub.add("a/b", { main: { "file.bin": content, "small.txt": "small" } }, options);
  return hub;
}

function optionsFor(hub: HubServer, to: string, path = "file.bin", revision = "main"): DownloadOptions {
  const about = { endpoint: hub.url, kind: "dataset", repo: "a/b", revision, path } as const;
  return { url: `${hub.url}/datasets/a/b/resolve/${revision}/${path}`, to, env: {}, about };
}

test("follows the redirect, checks the digest, shows progress; the token goes to the hub's host alone", async () => {
  await using hub = await hubWithFile();
  await using folder = await temporaryFolder();
  const to = join(folder.path, "file.bin");
  const seen: number[] = [];
  await download({ ...optionsFor(hub, to), digest, token: hub.token, onProgress: ({ receivedBytes }) => void seen.push(receivedBytes) });
  expect(await readFile(to)).toEqual(content);
  expect(seen.at(-1)).toBe(content.length);
  expect(hub.requests.map(({ host, authorization }) => [host, authorization])).toEqual([
    [new URL(hub.url).host, "Bearer hf_good"],
    [hub.cdnHost, undefined],
  ]);
});

test("a transfer that breaks goes on where it broke, each time", async () => {
  await using hub = await hubWithFile();
  await using folder = await temporaryFolder();
  hub.breakAfter = [50_000, 50_000];
  const to = join(folder.path, "file.bin");
  await download({ ...optionsFor(hub, to), bytes: content.length, digest });
  expect(await readFile(to)).toEqual(content);
  const ranges = hub.requests.filter(({ path }) => path.startsWith("/cdn/")).map(({ range }) => Number(/\d+/.exec(range ?? "0")?.[0]));
  expect(ranges).toHaveLength(3);
  expect(ranges).toEqual(ranges.toSorted((a, b) => a - b));
  expect(ranges[1]).toBeGreaterThan(0);
  expect(existsSync(`${to}.part`)).toBe(false);
});

test("what an earlier process left is not fetched again", async () => {
  await using hub = await hubWithFile();
  await using folder = await temporaryFolder();
  const to = join(folder.path, "file.bin");
  await writeFile(`${to}.part`, content.subarray(0, 150_000));
  await download({ ...optionsFor(hub, to), digest });
  expect(hub.requests.at(-1)?.range).toBe("bytes=150000-");
  expect(await readFile(to)).toEqual(content);
});

test.each(["not what the hub has", "x".repeat(300_000)])("a part that turns out wrong is fetched once anew", async (left) => {
  await using hub = await hubWithFile();
  await using folder = await temporaryFolder();
  const to = join(folder.path, "file.bin");
  await writeFile(`${to}.part`, left);
  await download(optionsFor(hub, to));
  expect(hub.requests.at(-1)?.range).toBeUndefined();
  expect(await readFile(to)).toEqual(content);
});

test("corrupt, then good: the good file; corrupt twice: refused and deleted", async () => {
  await using hub = await hubWithFile();
  await using folder = await temporaryFolder();
  const to = join(folder.path, "file.bin");
  hub.corrupt = 2;
  await expect(download({ ...optionsFor(hub, to), digest })).rejects.toThrow(/not the expected file and was deleted.*sha256/s);
  expect([existsSync(to), existsSync(`${to}.part`)]).toEqual([false, false]);
  hub.corrupt = 1;
  await download({ ...optionsFor(hub, to), digest });
  expect(await readFile(to)).toEqual(content);
});

test("a small file is held to git's blob id", async () => {
  await using hub = await hubWithFile();
  await using folder = await temporaryFolder();
  const to = join(folder.path, "small.txt");
  const expected = { algorithm: "git-sha1", hex: gitBlobId(Buffer.from("small")) } as const;
  await download({ ...optionsFor(hub, to, "small.txt"), digest: expected });
  expect(await readFile(to, "utf8")).toBe("small");
  const other = { algorithm: "git-sha1", hex: "0".repeat(40) } as const;
  await expect(download({ ...optionsFor(hub, `${to}2`, "small.txt"), digest: other })).rejects.toThrow(/expected .* git-sha1 0000/);
});

test("a busy hub is asked again", async () => {
  await using hub = await hubWithFile();
  await using folder = await temporaryFolder();
  hub.instead.push({ match: /resolve/, status: 429, headers: { "retry-after": "0" } }, { match: /cdn/, status: 503 });
  await download({ ...optionsFor(hub, join(folder.path, "file.bin")), digest });
  expect(hub.requests).toHaveLength(5);
});

test("an aborted download ends at once and keeps its part", async () => {
  await using hub = await hubWithFile();
  await using folder = await temporaryFolder();
  const to = join(folder.path, "file.bin");
  const controller = new AbortController();
  const { signal } = controller;
  const fetching = download({ ...optionsFor(hub, to), digest, signal, onProgress: () => controller.abort() });
  await expect(fetching).rejects.toThrow(/abort/i);
  expect(existsSync(`${to}.part`)).toBe(true);
  expect(existsSync(to)).toBe(false);
});

test("refusals are told as sentences that say what to do", async () => {
  await using hub = await hubWithFile({ isGated: true });
  await using folder = await temporaryFolder();
  const to = join(folder.path, "file.bin");
  const gated = `The dataset a/b is gated: accept its conditions at ${hub.url}/datasets/a/b and set HF_TOKEN`;
  await expect(download(optionsFor(hub, to))).rejects.toThrow(gated);
  await expect(download({ ...optionsFor(hub, to), token: "hf_wrong" })).rejects.toThrow(/refuses the access token.*not expired/);
  await expect(download({ ...optionsFor(hub, to, "none.bin"), token: hub.token })).rejects.toThrow(/no file "none.bin" in revision "main"/);
  await expect(download(optionsFor(hub, to, "file.bin", "v9"))).rejects.toThrow(/no revision "v9"/);
  hub.add("a/b", { main: { "file.bin": content } }, { isPrivate: true });
  await expect(download(optionsFor(hub, to))).rejects.toThrow(/name may be wrong .*private: then set HF_TOKEN/);
  hub.instead.push({ match: /resolve/, status: 403, headers: { "x-error-message": "no read access" } });
  await expect(download({ ...optionsFor(hub, to), token: hub.token })).rejects.toThrow(/No access to the dataset a\/b .*no read access/);
});
