import { PerformanceObserver } from "node:perf_hooks";
import v8 from "node:v8";

/** Both halves of the young generation at most, in bytes. V8 doubles it, up to 32 MB and more. */
const youngBytes = 24 * 1024 * 1024;
/** From this size on it grows to that at once. */
const doubledBytes = 8 * 1024 * 1024;

/**
 * Keeps the heap small. V8 lets it grow to some four times what is in use before it looks for garbage, and the young generation to 32 MB, which
 * counts twice: it is also how much more the old one may hold. A row's texts outlive the young generation, so a long run would come to that.
 * Smaller still costs more CPU than it saves memory (bench/README.md, C and D).
 */
export function keepHeapSmall(): void {
  v8.setFlagsFromString("--heap-growing-percent=70");
  // The size itself can only be given when the process starts; how it grows, at any time.
  const observer = new PerformanceObserver(() => {
    const size = v8.getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? youngBytes;
    if (size < doubledBytes) return;
    const growth = Math.max(1, Math.floor(youngBytes / size));
    v8.setFlagsFromString(`--semi-space-growth-factor=${growth}`);
    if (growth === 1) observer.disconnect();
  });
  observer.observe({ entryTypes: ["gc"] });
}
