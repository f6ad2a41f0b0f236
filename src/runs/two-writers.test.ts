import { readFile, rm, stat } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { tryLock } from "../platform/file-lock.ts";
import { writeManifest, type Manifest } from "./manifest.ts";
import { openRun, type OpenedRun, type Right, type TakeLock } from "./open-run.ts";
import { runFiles } from "./run-files.ts";

const manifest: Manifest = { state: "running", identity: {}, rounds: {}, retrySession: 0 };
const usage = { inputTokens: 2, outputTokens: 3 };
const entry = (text: string) => ({ phase: "verify", model: "m", reply: { text, finishReason: "stop" as const, usage } });
const result = (position: number, body: string) =>
  ({ position, line: position + 1, digest: "d", outcome: "done", traits: "{}", body, source: `{"of":${position}}` }) as const;
const noLock: TakeLock = () => ({ [Symbol.dispose]: () => undefined });
const open = (folder: string, takeLock: TakeLock, right: Right = "own"): Promise<OpenedRun<Manifest | undefined>> =>
  openRun(folder, right, () => {}, { takeLock });
const stopped = /^Another sysgen process \(process \d+ on .*\) began to work in .*, so this one stopped and wrote nothing more\./;

describe.each([
  ["was deleted", tryLock],
  ["does nothing", noLock],
])("where the lock %s", (_way, takeLock) => {
  test("the writer that was there before stops before it writes, and the later one loses nothing", async () => {
    await using folder = await temporaryFolder();
    const files = runFiles(folder.path);
    const first = await open(folder.path, takeLock);
    await first.store.journal.put("a", entry("of the first"));
    first.store.results.put(result(0, '{"id":"0"}'));
    await rm(files.lock, { force: true });
    const second = await open(folder.path, takeLock);
    expect(second.store.journal.get("a")?.text).toBe("of the first");
    await second.store.journal.put("b", entry("of the second"));
    const { size } = await stat(files.journal);

    await expect(first.store.journal.put("c", entry("lost"))).rejects.toThrow(stopped);
    await expect(first.store.index()).rejects.toThrow(stopped);
    expect(() => first.store.results.clear()).toThrow(stopped);
    await expect(writeManifest(files.manifest, manifest, first.mayWrite)).rejects.toThrow(stopped);
    await first.close();
    expect((await stat(files.journal)).size).toBe(size);

    second.store.results.put(result(1, '{"id":"1"}'));
    await second.store.settled();
    await writeManifest(files.manifest, manifest, second.mayWrite);
    await second.close();
    await expect(stat(files.owner)).rejects.toThrow("ENOENT");
    await using again = await open(folder.path, takeLock);
    expect(["a", "b", "c"].map((address) => again.store.journal.get(address)?.text)).toEqual(["of the first", "of the second", undefined]);
    expect(Array.from(again.store.results.bodies(["done"]), String)).toEqual(['{"id":"1"}\n']);
  });
});

test("a record that was deleted is put back, and the run goes on", async () => {
  await using folder = await temporaryFolder();
  const { owner } = runFiles(folder.path);
  await using run = await open(folder.path, noLock);
  await rm(owner);
  run.mayWrite();
  expect(JSON.parse(await readFile(owner, "utf8"))).toMatchObject({ pid: process.pid });
});

test("one that adds calls and one that owns the directory stop each other as well", async () => {
  await using folder = await temporaryFolder();
  await using run = await open(folder.path, noLock);
  await writeManifest(runFiles(folder.path).manifest, manifest, run.mayWrite);
  await using judge = await open(folder.path, noLock, "add-calls");
  await expect(run.store.journal.put("a", entry("lost"))).rejects.toThrow(stopped);
  await judge.store.journal.put("b", entry("kept"));
  await using reader = await openRun(folder.path, "read");
  expect(reader.store.journal.get("b")?.text).toBe("kept");
});
