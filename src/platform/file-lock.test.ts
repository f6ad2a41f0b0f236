import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { isLocked, tryLock } from "./file-lock.ts";

test("a lock is seen while it is held, and looking at it makes no file", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, ".lock");
  expect(isLocked(path)).toBe(false);
  expect(existsSync(path)).toBe(false);
  const lock = tryLock(path);
  expect([isLocked(path), tryLock(path)]).toEqual([true, undefined]);
  lock?.[Symbol.dispose]();
  expect(isLocked(path)).toBe(false);
});
