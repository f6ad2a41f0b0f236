import { readFileSync } from "node:fs";

/**
 * Files that a process must be able to open at once. With fewer its own imports may fail: those of
 * `sysgen analyze` open 150 side by side.
 */
export const leastOpenFiles = 192;
/** Files that are open beside connections to servers, imports among them. */
const filesBeside = 96;

/**
 * How many files and connections this process may open at once. Undefined where the operating
 * system is not Linux. Asking elsewhere takes longer than starting, and macOS lets a program of
 * Node open 10,000 at least.
 */
export function openFilesLimit(): number | undefined {
  return limit;
}

// Read at once: where the limit is reached, its file cannot be opened any more.
const limit = readLimit();

function readLimit(): number | undefined {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}

/** How many connections the limit leaves room for. Infinity where no limit is known. */
export function roomForConnections(most = limit): number {
  return most === undefined ? Infinity : Math.max(1, most - filesBeside);
}

/** What a person is told when the limit is too low, or was reached. */
export function tooFewFiles(most = limit): string {
  const found = most === undefined ? "too few files" : `${most} files and connections`;
  return `This process may open ${found} at once, and needs ${leastOpenFiles} or more, best 1024: raise the limit with "ulimit -n 1024", then run the same command again.`;
}

/** Whether an error, or one that caused it, is that too many files are open. */
export function isOutOfFiles(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (("code" in cause && (cause.code === "EMFILE" || cause.code === "ENFILE")) || /\bE[MN]FILE\b/.test(cause.message)) return true;
  return false;
}
