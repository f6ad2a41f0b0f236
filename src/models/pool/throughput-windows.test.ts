import { expect, test } from "vitest";
import { ThroughputWindows } from "./throughput-windows.ts";

test("a window has as many replies as calls at once, 16 at the least, and latencies are relative to the first of their kind", () => {
  const windows = new ThroughputWindows();
  const add = (count: number, kind: string, tookMs: number, inFlight: number, size: number) =>
    Array.from({ length: count }, () => windows.add(kind, tookMs, inFlight, size));
  expect(add(16, "generate", 100, 8, 8)).toEqual([...Array<undefined>(15).fill(undefined), { calls: 8, throughput: 8 }]);
  // Another kind takes ten times as long, which says nothing about the load.
  expect(add(32, "respond", 1_000, 32, 32).at(-1)).toEqual({ calls: 32, throughput: 32 });
  // Twice the calls at twice the latency bring no more replies.
  expect(add(16, "generate", 200, 16, 16).at(-1)).toEqual({ calls: 16, throughput: 8 });
  add(10, "generate", 900, 16, 16);
  windows.drop();
  expect(add(16, "generate", 100, 4, 4).at(-1)).toEqual({ calls: 4, throughput: 4 });
});
