// Loaded into a measured process (node --import): leaves what it used, itself and its threads, as a line of the file that SYSGEN_BENCH_USAGE names.
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
