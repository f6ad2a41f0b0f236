import { PerformanceObserver } from "node:perf_hooks";
import v8 from "node:v8";

/** The largest size of the young generation, both halves together. V8 alone would go to 32 MB. */
const youngBytes = 24 * 1024 * 1024;
/**
 * Below this size V8 doubles the young generation as it likes. From here it grows to 24 MB at once.
 */
const freelyGrowingBytes = 8 * 1024 * 1024;

/**
 * Limits the heap by two flags of V8. This serves bench D (peak memory), within the CPU of bench C
 * (bench/README.md has the figures of other values).
 *
 * - The old generation grows to 1.7 times what is in use before V8 collects garbage. V8 alone would
 *   let it grow to some 4 times.
 * - The young generation grows to 24 MB. It counts twice, because V8 lets the old generation hold
 *   as much more. A row's texts outlive the young generation, so a long run reaches the limit.
 *
 * Smaller values cost more CPU than they save memory.
 */
export function limitHeap(): void {
  v8.setFlagsFromString("--heap-growing-percent=70");
  // The largest size can only be set when the process starts. The growth factor can be set at any
  // time, so it is set to 1 once the size is reached.
  const observer = new PerformanceObserver(() => {
    const size = v8.getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? youngBytes;
    if (size < freelyGrowingBytes) return;
    const growth = Math.max(1, Math.floor(youngBytes / size));
    v8.setFlagsFromString(`--semi-space-growth-factor=${growth}`);
    if (growth === 1) observer.disconnect();
  });
  observer.observe({ entryTypes: ["gc"] });
}
