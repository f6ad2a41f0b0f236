import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { ProbeLog } from "./probe-log.ts";

test("a loss that cannot be written is an error that names the file", async () => {
  await using folder = await temporaryFolder();
  const log = new ProbeLog(join(folder.path, "gone", "probe.jsonl"));
  expect(() => log.add({ step: 1, loss: 2, seconds: 3 })).toThrow(/Cannot write .*probe\.jsonl \(ENOENT.*room on the disk\?/);
});

test("a training that begins again has one loss at step 0", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "probe.jsonl");
  const log = new ProbeLog(path);
  for (const step of [0, 1, 2]) log.add({ step, loss: 1, seconds: 1 });
  log.goBackTo(1);
  expect(new ProbeLog(path).points.map(({ step }) => step)).toEqual([0, 1]);
  log.goBackTo(0);
  expect(await readFile(path, "utf8")).toBe("");
});
