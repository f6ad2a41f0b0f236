import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";

/** Where the kernel tells of memory; a test has its own. */
export const linuxFiles = { meminfo: "/proc/meminfo", cgroup: "/sys/fs/cgroup" };

/** Bytes that this process can still take: what the kernel can give, and what the container's limit leaves. */
export function freeMemory(files = linuxFiles): number {
  const available = readNumber(files.meminfo, /^MemAvailable:\s+(\d+) kB/m);
  // Elsewhere what is only cached counts as used: half of the memory is nearer to the truth.
  const machine = available === undefined ? Math.max(freemem(), totalmem() / 2) : available * 1024;
  return Math.min(machine, cgroupFree(files.cgroup) ?? Infinity);
}

function cgroupFree(folder: string): number | undefined {
  const limit = readNumber(`${folder}/memory.max`, /^(\d+)/);
  const used = readNumber(`${folder}/memory.current`, /^(\d+)/);
  if (limit === undefined || used === undefined) return undefined;
  // Files that are only cached are given back when memory is wanted.
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
