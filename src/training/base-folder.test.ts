import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { fakeTraining, type FakeTraining } from "../../test/fixtures/fake-training.ts";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { baseFolder } from "./base-folder.ts";

let training: FakeTraining;
beforeAll(async () => void (training = await fakeTraining()));
afterAll(() => training[Symbol.asyncDispose]());

const folderOf = (name: string, mode = ""): Promise<string> =>
  baseFolder(name, { python: training.python, env: { ...process.env, FAKE_PYTHON: mode }, onNotice: () => undefined });

test("a model of the hub is fetched, by either of its names, and a folder is what it is", async () => {
  expect(await folderOf("a/b")).toBe("/cache/a/b");
  expect(await folderOf("hf:a/b@main")).toBe("/cache/a/b");
  expect(await folderOf(training.model)).toBe(training.model);
});

test("a fetch that is interrupted leaves no folder, and one that failed its log", async () => {
  await using folder = await temporaryFolder();
  vi.stubEnv("TMPDIR", folder.path);
  const abort = new AbortController();
  const options = { python: training.python, env: { ...process.env, FAKE_PYTHON: "gated" } };
  await expect(baseFolder("a/b", { ...options, signal: abort.signal, onNotice: () => abort.abort() })).rejects.toThrow(/abort/);
  expect(await readdir(folder.path)).toEqual([]);
  await expect(baseFolder("a/b", { ...options, onNotice: () => undefined })).rejects.toThrow("it is gated");
  expect(await readdir(folder.path)).toHaveLength(1);
  vi.unstubAllEnvs();
});

test("why a model of the hub cannot be had is said", async () => {
  await expect(folderOf("a/b", "gated")).rejects.toThrow("Cannot fetch the model a/b: it is gated");
});
