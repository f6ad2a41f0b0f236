import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../test/fixtures/sysgen.ts";
import { tryLock } from "./file-lock.ts";
import { waitForLock } from "./wait-for-lock.ts";

test("a lock is waited for until it is free, or until the waiting is stopped", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, ".lock");
  const first = tryLock(path);
  let waits = 0;
  const onWait = (): void => void waits++;
  const stop = new AbortController();
  const stopped = waitForLock(path, { signal: stop.signal, onWait });
  stop.abort();
  await expect(stopped).rejects.toThrow(/abort/i);
  const second = waitForLock(path, { onWait });
  setTimeout(() => first?.[Symbol.dispose](), 150);
  (await second)[Symbol.dispose]();
  expect(waits).toBe(2);
});
