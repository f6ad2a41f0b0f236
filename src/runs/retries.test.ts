import { appendFile, readFile, stat, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { Retries } from "./retries.ts";
import { runFiles } from "./run-files.ts";

const open = (path: string, readOnly = false): Retries => new Retries(path, { readOnly });

test("rows tried anew are known over a restart: by phase, once a session, and no file is made for none", async () => {
  await using folder = await temporaryFolder();
  const path = runFiles(folder.path).retries;
  const retries = open(path);
  expect([retries.rounds("a")("verify"), retries.resultDigest("a"), retries.lastSession]).toEqual([0, "a", 0]);
  await expect(stat(path)).rejects.toThrow("ENOENT");
  expect(await retries.add("a", "verify", 1)).toBe(true);
  expect(await retries.add("a", "respond", 1)).toBe(false);
  expect(await retries.add("a", "verify", 2)).toBe(true);
  expect(await Promise.all([retries.add("a", "respond", 3), retries.add("b", "generate", 3)])).toEqual([true, true]);
  retries.close();
  const again = open(path);
  expect((["generate", "verify", "respond"] as const).map((phase) => again.rounds("a")(phase))).toEqual([0, 2, 1]);
  expect([again.resultDigest("a"), again.resultDigest("b"), again.resultDigest("c")]).toEqual(["a.3", "b.1", "c"]);
  expect(again.rounds("a.3")("verify")).toBe(2);
  expect(again.lastSession).toBe(3);
  expect(await again.add("b", "generate", 3)).toBe(false);
  again.close();
});

test("a reader beside the writer sees what was added", async () => {
  await using folder = await temporaryFolder();
  const path = runFiles(folder.path).retries;
  const [reader, writer] = [open(path, true), open(path)];
  await writer.add("a", "verify", 1);
  await appendFile(path, '{"crc":"00');
  reader.refresh();
  expect(reader.rounds("a")("verify")).toBe(1);
  writer.close();
  reader.close();
});

test.each([1, 20, 60])("a last line that was torn after %i bytes is cut off, and those before it stay", async (bytes) => {
  await using folder = await temporaryFolder();
  const path = runFiles(folder.path).retries;
  const retries = open(path);
  await retries.add("a", "verify", 1);
  retries.close();
  const whole = await readFile(path);
  await appendFile(path, whole.subarray(0, bytes));
  const again = open(path);
  expect(again.rounds("a")("verify")).toBe(1);
  await again.add("b", "verify", 1);
  again.close();
  const third = open(path);
  expect([third.rounds("a")("verify"), third.rounds("b")("verify")]).toEqual([1, 1]);
  third.close();
});

test("a bit that was flipped is told with its place, and nothing is cut", async () => {
  await using folder = await temporaryFolder();
  const path = runFiles(folder.path).retries;
  const retries = open(path);
  await retries.add("a", "verify", 1);
  await retries.add("b", "verify", 1);
  retries.close();
  const whole = await readFile(path);
  const second = whole.indexOf(0x0a) + 1;
  for (const start of [0, second]) {
    for (const at of [4, 12, whole.indexOf("verify"), whole.indexOf('"session":') + 10]) {
      const damaged = Buffer.from(whole);
      damaged[start + at] = (damaged[start + at] ?? 0) ^ 1;
      await writeFile(path, damaged);
      expect(() => open(path)).toThrow(`retries.jsonl is damaged at byte ${start}`);
      expect(await readFile(path)).toEqual(damaged);
    }
  }
});
