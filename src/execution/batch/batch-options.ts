import type { Purpose } from "../../records/purpose.ts";

/** How a session makes its calls in batches. */
export interface BatchOptions {
  /** Whose batches these are. Those of a run and of its judge are kept apart. */
  readonly session: "run" | "judge";
  /** Calls of these purposes go into batches. `all` are all calls of models behind a server. */
  readonly purposes: "all" | readonly string[];
  /**
   * - `server` sends files to the model's server, and takes what comes back.
   * - `file` writes files, and takes the files of replies that another program writes beside them.
   */
  readonly way: "server" | "file";
  /** Whether the session waits for batches that are open. Else it ends and says which are. */
  readonly waits: boolean;
  /** Fewer calls than this go online at full price when no batch is open. 0 puts all in batches. */
  readonly least: number;
}

/** Whether calls of a purpose go into batches. */
export function isBatched({ purposes }: BatchOptions, { name }: Purpose): boolean {
  return purposes === "all" || purposes.includes(name);
}

/** The most that a file of requests holds, which is OpenAI's limit. */
export const mostRequests = 50_000;
export const mostBytes = 200_000_000;

/** How a command without `--batch` takes what an earlier one had sent. */
export function takingAll(session: BatchOptions["session"]): BatchOptions {
  return { session, purposes: "all", way: "server", waits: false, least: 0 };
}
