// Loaded into a measured process (node --import). When the process ends, it appends its CPU time
// and peak memory, threads included, as a line to the file that SYSGEN_BENCH_USAGE names.
import { appendFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread)
  process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    appendFileSync(
      process.env.SYSGEN_BENCH_USAGE,
      `${JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMB: maxRSS / 1024 })}\n`,
    );
  });
