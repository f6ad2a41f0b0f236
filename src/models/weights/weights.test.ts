import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHubServer } from "../../../test/fixtures/hub-server.ts";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import type { Environment } from "../../platform/environment.ts";
import { isOutage } from "../../platform/outage.ts";
import type { WeightsFile } from "./catalog.ts";
import { findModel } from "./find-model.ts";
import { embeddedName, pullWeights, resolveWeights } from "./weights.ts";

const content = Buffer.from("GGUF".padEnd(20_000, "0123456789"));
const model: WeightsFile = {
  name: "test",
  file: "model.gguf",
  bytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
  hub: { repo: "a/b", revision: "main", path: "model.gguf" },
};

test("a model comes from the hub once, with the token of the token file", async () => {
  await using hub = await startHubServer();
  hub.add("models/a/b", { main: { "model.gguf": content } }, { isPrivate: true });
  await using folder = await temporaryFolder();
  const env = { SYSGEN_CACHE: folder.path, HF_ENDPOINT: `${hub.url}/`, HF_TOKEN_PATH: await folder.file("token", `${hub.token}\n`) };
  const path = await pullWeights(model, { env });
  expect(path).toBe(join(folder.path, "models", "model.gguf"));
  expect(await readFile(path)).toEqual(content);
  await pullWeights(model, { env });
  expect(hub.requests.map(({ authorization }) => authorization)).toEqual(["Bearer hf_good", undefined]);
});

test("two that want a model at once fetch it once, and leave no lock", async () => {
  await using hub = await startHubServer();
  hub.add("models/a/b", { main: { "model.gguf": content } });
  await using folder = await temporaryFolder();
  const env = { SYSGEN_CACHE: folder.path, HF_ENDPOINT: hub.url, HF_HOME: folder.path };
  const notices: string[] = [];
  const pull = (): Promise<string> => pullWeights(model, { env, onNotice: (text) => notices.push(text) });
  const [path, same] = await Promise.all([pull(), pull()]);
  expect([same, await readdir(join(path, ".."))]).toEqual([path, ["model.gguf"]]);
  expect(hub.count(/resolve/)).toBe(1);
  expect(notices).toContain("Another process is fetching test; waiting for it.");
});

test("a hub that is away is an outage, and one that is not asked is none", async () => {
  await using folder = await temporaryFolder();
  const pulling = (env: Environment): Promise<unknown> =>
    pullWeights(model, { env: { SYSGEN_CACHE: folder.path, HF_ENDPOINT: "http://127.0.0.1:9", HF_HOME: folder.path, ...env } }).catch(
      isOutage,
    );
  expect([await pulling({}), await pulling({ HF_HUB_OFFLINE: "1" })]).toEqual([true, false]);
});

test("a hub that refuses is named, with the way to use a file", async () => {
  await using hub = await startHubServer();
  hub.add("models/a/b", { main: { "model.gguf": content } }, { isGated: true });
  await using folder = await temporaryFolder();
  const pulling = pullWeights(model, { env: { SYSGEN_CACHE: folder.path, HF_ENDPOINT: hub.url, HF_HOME: folder.path } });
  await expect(pulling).rejects.toThrow(
    /model a\/b is gated: accept its conditions at \S+\/a\/b and set HF_TOKEN.*--model \.\/model\.gguf/s,
  );
});

test("offline, nothing is asked", async () => {
  await using folder = await temporaryFolder();
  const pulling = pullWeights(model, { env: { SYSGEN_CACHE: folder.path, HF_HUB_OFFLINE: "1" } });
  await expect(pulling).rejects.toThrow(/network is switched off/);
});

test("a file of the hub is a model too: its own place in the cache, its own name in the data", async () => {
  await using hub = await startHubServer();
  hub.add("models/a/b", { main: { "model.gguf": content } });
  await using folder = await temporaryFolder();
  const env = { SYSGEN_CACHE: folder.path, HF_ENDPOINT: hub.url, HF_HOME: folder.path };
  expect(await resolveWeights("hf:a/b/model.gguf", { env })).toBe(join(folder.path, "models", "hub", "a--b", "model.gguf"));
  expect(await embeddedName("hf:a/b/model.gguf")).toBe("hf:a/b/model.gguf");
  expect(findModel("hf:a/b@v1/quantized/model-q4.gguf")).toMatchObject({
    file: "hub/a--b@v1/quantized/model-q4.gguf",
    hub: { repo: "a/b", revision: "v1", path: "quantized/model-q4.gguf" },
  });
  expect(() => findModel("hf:a/b")).toThrow(/Expected hf:<owner>\/<name>\[@revision\]\/<file>\.gguf/);
  expect(() => findModel("hf:a/b/../../x.gguf")).toThrow(/Cannot read/);
});
