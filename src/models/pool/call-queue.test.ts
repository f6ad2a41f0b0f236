import { expect, test } from "vitest";
import { CallQueue } from "./call-queue.ts";

test("waiting calls of later phases go first, and once no row is left to begin, those of earlier phases", () => {
  const queue = new CallQueue();
  const { signal } = new AbortController();
  for (const phase of ["generate", "respond", "verify", "respond"] as const)
    queue.push({ phase, signal, resolve: () => undefined, reject: () => undefined });
  const next = (): string | undefined => {
    const phase = queue.peek()?.phase;
    queue.shift();
    return phase;
  };
  expect(queue.size).toBe(4);
  expect(next()).toBe("respond");
  queue.noMoreRows();
  expect([next(), next(), next(), next()]).toEqual(["generate", "verify", "respond", undefined]);
  expect(queue.size).toBe(0);
});
