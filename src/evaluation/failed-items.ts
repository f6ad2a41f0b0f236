import type { BenchmarkRecord } from "./evaluate-record.ts";

/** Whether items of a benchmark met errors, or none of it was asked. */
export function hasFailedItems(record: BenchmarkRecord | undefined): boolean {
  return record === undefined || record.state === "failed" || (record.failed ?? 0) > 0;
}
