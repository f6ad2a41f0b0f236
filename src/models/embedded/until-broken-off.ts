import { SysGenError } from "../../errors.ts";

/**
 * Work that ends for its caller as soon as the user stops the run: nothing was paid for it, and it may take minutes. The work itself is told
 * by its own signal and ends with its step. A run that stops by itself (a budget is spent) lets it end.
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
  // Nobody may be left to see it.
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
