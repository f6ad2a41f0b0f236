import { expect, test } from "vitest";
import { SysGenError } from "../errors.ts";
import { isOutOfFiles, openFilesLimit, roomForConnections, tooFewFiles } from "./open-files.ts";

test.runIf(process.platform === "linux")("the limit of this process is known", () => {
  expect(openFilesLimit()).toBeGreaterThan(0);
});

test.each([
  [256, 160],
  [1024, 928],
  [20, 1],
])("a limit of %i leaves room for %i connections", (limit, room) => {
  expect(roomForConnections(limit)).toBe(room);
});

test("the sentence names the limit and the way out", () => {
  expect(tooFewFiles(64)).toBe(
    'This process may open 64 files and connections at once, and needs 192 or more, best 1024: raise the limit with "ulimit -n 1024", then run the same command again.',
  );
});

test("an error that too many files are open is told apart, also as a cause", () => {
  const error = Object.assign(new Error("EMFILE: too many open files, open 'x'"), { code: "EMFILE" });
  expect([error, new SysGenError("Cannot read x", { cause: error })].map(isOutOfFiles)).toEqual([true, true]);
  expect([new Error("ENOENT"), "EMFILE", undefined].map(isOutOfFiles)).toEqual([false, false, false]);
});
