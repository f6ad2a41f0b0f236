import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/fixtures/sysgen.ts";
import { freeMemory } from "./free-memory.ts";
import { chooseLayout, describeLayout, type EmbeddedSettings, type Machine } from "./layout.ts";

const gigabyte = 1e9;
const machine = (more: Partial<Machine> = {}): Machine => ({ cores: 4, mostContexts: 4, freeBytes: 16 * gigabyte, onGpu: false, ...more });
/** Weights of a model whose sequences of 4,096 tokens take 0.5 GB. */
const weights = (bytes: number) => ({
  bytes,
  contextBytes: async (tokens: number, sequences: number) => (sequences * tokens * 0.5 * gigabyte) / 4096,
});
const choose = async (on: Machine, bytes: number, settings: EmbeddedSettings = {}) =>
  (await chooseLayout(on, weights(bytes), 4096, settings)).layout;

test("on a CPU a context a core with one call and one thread, and room for the beginnings of all prompts", async () => {
  expect(await choose(machine({ freeBytes: 32 * gigabyte }), gigabyte)).toMatchObject({
    contexts: 4,
    calls: 1,
    spares: 8,
    threads: 1,
    flashAttention: false,
  });
});

test("where memory is short the spare sequences go, then contexts, and threads fill the cores", async () => {
  expect(await choose(machine({ freeBytes: 8 * gigabyte }), gigabyte)).toMatchObject({ contexts: 4, spares: 2, threads: 1 });
  expect(await choose(machine({ freeBytes: 4 * gigabyte }), gigabyte)).toMatchObject({ contexts: 4, spares: 0, threads: 1 });
  expect(await choose(machine({ freeBytes: 2.6 * gigabyte }), gigabyte)).toMatchObject({ contexts: 2, spares: 0, threads: 2 });
  expect(await choose(machine({ freeBytes: 2 * gigabyte }), gigabyte)).toMatchObject({ contexts: 1, spares: 0, threads: 4 });
});

test("contexts are not more than can decode at the same time", async () => {
  expect(await choose(machine({ cores: 16, freeBytes: 99 * gigabyte }), gigabyte)).toMatchObject({ contexts: 4, threads: 4 });
});

test("on a GPU one context decodes many calls", async () => {
  expect(await choose(machine({ onGpu: true, freeBytes: 1 }), gigabyte)).toMatchObject({ contexts: 1, calls: 8, flashAttention: true });
});

test("what the user says is not chosen otherwise", async () => {
  const settings = { contexts: 2, sequences: 3, threads: 2, flashAttention: true };
  expect(await choose(machine(), gigabyte, settings)).toMatchObject({ contexts: 2, calls: 3, threads: 2, flashAttention: true });
  await expect(choose(machine({ freeBytes: 2.6 * gigabyte }), gigabyte, settings)).rejects.toThrow(/does not fit/);
});

test("a model that does not fit is a sentence with the figures", async () => {
  await expect(choose(machine({ freeBytes: 4 * gigabyte }), 5 * gigabyte)).rejects.toThrow(
    "The model does not fit in memory: it needs 5.77 GB (5.00 GB of weights and 0.50 GB for 1 context of 4096 tokens), and 4.00 GB are free.",
  );
});

test("the layout is told in a sentence", async () => {
  const { layout, bytes } = await chooseLayout(machine({ cores: 2 }), weights(gigabyte), 4096, {});
  expect(describeLayout("m", layout, bytes, machine({ cores: 2 }))).toBe(
    "m runs in this machine's memory: 2 contexts of 4096 tokens, 1 call at a time in each, 1 thread in each; about 10.0 GB of 16.0 GB that are free.",
  );
});

test("free memory is what the kernel has, or what the container's limit leaves with what is only cached", async () => {
  await using folder = await temporaryFolder();
  const meminfo = await folder.file("meminfo", "MemTotal: 9000000 kB\nMemFree:  1 kB\nMemAvailable:    8000000 kB\n");
  expect(freeMemory({ meminfo, cgroup: folder.path })).toBe(8_192_000_000);
  await folder.file("memory.max", "3000000000\n");
  await folder.file("memory.current", "2000000000\n");
  await folder.file("memory.stat", "anon 1\ninactive_file 500000000\n");
  expect(freeMemory({ meminfo, cgroup: folder.path })).toBe(1_500_000_000);
  expect(freeMemory({ meminfo: join(folder.path, "none"), cgroup: folder.path })).toBe(1_500_000_000);
});
