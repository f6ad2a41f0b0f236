import { expect, test } from "vitest";
import { CallQueue } from "./call-queue.ts";

test("waiting calls of later phases go first, and once no row is left to begin, those of earlier phases", () => {
  const queue = new CallQueue();
  const { signal } = new AbortController();
  const ranks = { generate: 0, verify: 2, respond: 3 };
  for (const name of ["generate", "respond", "verify", "respond"] as const)
    queue.push({ purpose: { name, rank: ranks[name] }, signal, resolve: () => undefined, reject: () => undefined });
  const next = (): string | undefined => {
    const phase = queue.peek()?.purpose.name;
    queue.shift();
    return phase;
  };
  expect(queue.size).toBe(4);
  expect(next()).toBe("respond");
  queue.noMoreRows();
  expect([next(), next(), next(), next()]).toEqual(["generate", "verify", "respond", undefined]);
  expect(queue.size).toBe(0);
});
