import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startHubServer } from "../../test/fixtures/hub-server.ts";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { fetchModelFiles } from "./model-files.ts";

const wanted = ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"];

test("brings the files that a model has to the shared cache, once; then works without network", async () => {
  await using hub = await startHubServer();
  await using folder = await temporaryFolder();
  const files = { "tokenizer.json": "x".repeat(3_000), "tokenizer_config.json": "{}", "model.safetensors": "y".repeat(5_000) };
  hub.add("models/me/model", { main: files });
  const env = { HF_ENDPOINT: hub.url, HF_HOME: folder.path };
  const places = await fetchModelFiles("me/model", wanted, { env });
  expect([...places.keys()]).toEqual(["tokenizer.json", "tokenizer_config.json"]);
  expect(await readFile(places.get("tokenizer.json") ?? "", "utf8")).toBe(files["tokenizer.json"]);
  expect(places.get("tokenizer.json")).toContain(join("models--me--model", "snapshots"));
  expect(hub.count(/safetensors/)).toBe(0);
  const transfers = hub.count(/resolve/);
  await fetchModelFiles("me/model", wanted, { env });
  expect(hub.count(/resolve/)).toBe(transfers);
  const asked = hub.requests.length;
  expect(await fetchModelFiles("me/model", wanted, { env: { ...env, HF_HUB_OFFLINE: "1" } })).toEqual(places);
  expect(hub.requests).toHaveLength(asked);
});

test("a snapshot that Python made is enough", async () => {
  await using folder = await temporaryFolder();
  const commit = "a".repeat(40);
  const repo = join(folder.path, "hub", "models--me--model");
  await mkdir(join(repo, "snapshots", commit), { recursive: true });
  await mkdir(join(repo, "refs"));
  await writeFile(join(repo, "refs", "main"), commit);
  await writeFile(join(repo, "snapshots", commit, "tokenizer.json"), "{}");
  const places = await fetchModelFiles("me/model", wanted, { env: { HF_HOME: folder.path, SYSGEN_OFFLINE: "1" } });
  expect([...places.keys()]).toEqual(["tokenizer.json"]);
});

test("a model that is not there, and one that nobody can ask for, are sentences", async () => {
  await using hub = await startHubServer();
  await using folder = await temporaryFolder();
  const env = { HF_ENDPOINT: hub.url, HF_HOME: folder.path };
  await expect(fetchModelFiles("me/none", wanted, { env })).rejects.toThrow(/Cannot find the model me\/none/);
  await expect(fetchModelFiles("me/none", wanted, { env: { ...env, SYSGEN_OFFLINE: "1" } })).rejects.toThrow(/not in the cache/);
  await expect(fetchModelFiles("me/none", wanted, { env: { ...env, HF_ENDPOINT: "http://127.0.0.1:9" } })).rejects.toThrow(
    /not in the cache/,
  );
});
