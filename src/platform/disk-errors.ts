import { RunInUse, SysGenError, messageOf } from "../errors.ts";

/** Whether a write failed because the disk is full or a quota or size limit was reached. */
export function isDiskFull(error: unknown): boolean {
  return (
    error instanceof Error &&
    /disk is full|SQLITE_FULL|ENOSPC|EDQUOT|EFBIG|no space left|disk I\/O error/i.test(
      `${error.message} ${"code" in error ? String(error.code) : ""}`,
    )
  );
}

/** An error that tells the user what a failed write of a run's file means and what to do. */
export function explainWriteError(path: string, error: unknown): SysGenError {
  if (error instanceof SysGenError) return error;
  const said = isDiskFull(error)
    ? `Cannot write ${path} (${messageOf(error)}): the disk is full, or at a quota. What was on disk is kept: make room and run the same command again.`
    : `Cannot write ${path} (${messageOf(error)}). Is the folder writable, and is there room on the disk?`;
  return new SysGenError(said, { cause: error });
}

/**
 * An error that tells the user that another process writes into a run's file.
 * @param found The file's length in bytes. @param expected The length that this process left it at.
 */
export function explainForeignWrite(path: string, found: number, expected: number): RunInUse {
  return new RunInUse(
    `${path} was changed by another process while this one was at work (it has ${found} bytes, and had ${expected}), so this one stopped and wrote nothing more. Let the other one end, then run the same command again: every reply that was on disk is kept.`,
  );
}

/** An error that tells the user that a file of a run cannot be read. */
export function explainReadError(path: string, error: unknown): SysGenError {
  if (error instanceof SysGenError) return error;
  return new SysGenError(`Cannot read ${path} (${messageOf(error)}). Is the folder writable, and is there room on the disk?`, {
    cause: error,
  });
}

/**
 * Whether the operating system refused an operation. Examples are a full disk, a folder without
 * write permission and a file that is in the way.
 */
export function isRefused(error: unknown): boolean {
  return isDiskFull(error) || (error instanceof Error && "syscall" in error);
}

/** Whether the operating system gave this code, such as `ENOENT`. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
