import type { ToolEnd } from "./run-tool.ts";

const words = /out of memory|(?:can't|cannot) allocate memory|MemoryError|std::bad_alloc/i;

/** The line in which a Python tool said that memory ran out. */
export function memoryErrorIn(lines: readonly string[]): string | undefined {
  return lines.findLast((line) => words.test(line))?.trim();
}

/** Whether the system killed a tool (SIGKILL), which nearly always means that memory ran out. */
export function wasKilled({ signal, code }: ToolEnd): boolean {
  return signal === "SIGKILL" || code === 137;
}
