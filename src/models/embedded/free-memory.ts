import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";

/** Where Linux reports the machine's memory and the limits of the container (cgroup v2). */
const linuxFiles = { meminfo: "/proc/meminfo", cgroup: "/sys/fs/cgroup" };

/** Bytes that this process can still allocate, on the machine and within the container's limit. */
export function freeMemory(files = linuxFiles): number {
  const available = readNumber(files.meminfo, /^MemAvailable:\s+(\d+) kB/m);
  // Outside Linux, `freemem` counts cached files as used. Half of the memory is a better estimate.
  const machine = available === undefined ? Math.max(freemem(), totalmem() / 2) : available * 1024;
  return Math.min(machine, cgroupFree(files.cgroup) ?? Infinity);
}

function cgroupFree(folder: string): number | undefined {
  const limit = readNumber(`${folder}/memory.max`, /^(\d+)/);
  const used = readNumber(`${folder}/memory.current`, /^(\d+)/);
  if (limit === undefined || used === undefined) return undefined;
  // The kernel frees cached files when memory is needed.
  const cached = readNumber(`${folder}/memory.stat`, /^inactive_file (\d+)/m) ?? 0;
  return Math.max(0, limit - used + cached);
}

function readNumber(path: string, pattern: RegExp): number | undefined {
  try {
    const found = pattern.exec(readFileSync(path, "utf8"))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}
