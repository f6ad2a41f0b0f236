import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * Cores that this process may use, by the affinity mask and by the container's quota, which Node 20
 * does not see. With more threads than cores, llama.cpp's threads wait for each other, and a token
 * takes seconds instead of milliseconds.
 */
export function cpuThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), cgroupQuota() ?? Infinity));
}

/** The quota of cgroup v2 in cores, rounded down. Undefined without one. */
function cgroupQuota(): number | undefined {
  try {
    const [quota, period] = readFileSync("/sys/fs/cgroup/cpu.max", "utf8").split(" ").map(Number);
    return quota && period ? Math.floor(quota / period) : undefined;
  } catch {
    return undefined;
  }
}
