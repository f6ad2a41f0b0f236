import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/**
 * Cores this process may use: the affinity mask, and the container's quota, which Node 20 does not see. More threads than that
 * make llama.cpp wait for itself: seconds a token instead of milliseconds.
 */
export function cpuThreads(): number {
  return Math.max(1, Math.min(availableParallelism(), cgroupQuota() ?? Infinity));
}

function cgroupQuota(): number | undefined {
  try {
    const [quota, period] = readFileSync("/sys/fs/cgroup/cpu.max", "utf8").split(" ").map(Number);
    return quota && period ? Math.floor(quota / period) : undefined;
  } catch {
    return undefined;
  }
}
