import { setMaxListeners } from "node:events";
import { exitCodes } from "./exit-codes.ts";

/** Resolves with the next SIGINT or SIGTERM. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

const callsEnd = "calls in flight at a server are left to end and are kept; a model in process stops decoding.";

/**
 * Turns SIGINT and SIGTERM into an abort signal, until it is disposed. The first signal aborts. No
 * further call begins then, and calls in flight at a server end and are kept. The second signal
 * ends the process at once with exit code 130. Replies that are committed to the journal stay.
 * @param say Shows a sentence to the user.
 * @param stopping What is said at the first signal.
 */
export function untilInterrupted(say: (text: string) => void, stopping = callsEnd): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  // Every waiting row adds a listener. Without this line Node would warn of a leak.
  setMaxListeners(0, controller.signal);
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      // The progress bars hide the cursor. This sequence shows it again.
      if (process.stderr.isTTY) process.stderr.write("\u001b[?25h\n");
      say("Quit at once. What has come is kept, and the same command goes on.");
      process.exit(exitCodes.interrupted);
    }
    say(`Stopping: ${stopping} Ctrl-C again quits at once.`);
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
