import { SysGenError } from "../../errors.ts";

/**
 * Runs `work`, and rejects at once when the user stops the run. Work of the embedded engine is not
 * paid and may take minutes, so nobody waits for it. The work gets a signal of its own and ends
 * after its current step. When the run stops by itself (a `SysGenError` such as a spent budget),
 * the work is left to end.
 * @throws The signal's reason when the user stops the run.
 */
export async function untilBrokenOff<T>(signal: AbortSignal, work: (brokenOff: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let onAbort = (): void => undefined;
  const broken = new Promise<never>((_, reject) => {
    onAbort = () => {
      if (signal.reason instanceof SysGenError) return;
      controller.abort(signal.reason);
      reject(signal.reason);
    };
  });
  // If the work ends first, nobody handles this rejection.
  broken.catch(() => undefined);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    controller.signal.throwIfAborted();
    const working = work(controller.signal);
    working.catch(() => undefined);
    return await Promise.race([working, broken]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
