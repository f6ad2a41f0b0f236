import { setMaxListeners } from "node:events";
import { exitCodes } from "./exit-codes.ts";

/** Ctrl-C once: no further call begins, those in flight at a server end and are kept. Twice: out at once; what was committed stays. */
export function untilInterrupted(say: (text: string) => void): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  // Every waiting row listens.
  setMaxListeners(0, controller.signal);
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      // The bars hide the cursor.
      if (process.stderr.isTTY) process.stderr.write("\u001b[?25h\n");
      process.exit(exitCodes.interrupted);
    }
    say(
      "Stopping: calls in flight at a server are left to end and are kept; a model in process stops decoding. Ctrl-C again quits at once.",
    );
    controller.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
