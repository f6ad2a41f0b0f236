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

/** How long after the first signal another one belongs to it, in milliseconds. */
const oneSignalMs = 1_000;

/**
 * Turns SIGINT and SIGTERM into an abort signal, until it is disposed. The first signal aborts. No
 * further call begins then, and calls in flight at a server end and are kept. A later SIGINT ends
 * the process at once with exit code 130. Replies that are committed to the journal stay.
 *
 * A scheduler that ends a task sends SIGTERM to all of its processes, and the task's script passes
 * it on once more. A terminal sends SIGINT to a program, and so does what started it, such as npm
 * or `timeout`. So a further SIGTERM changes nothing, and neither does a SIGINT within a second.
 * @param say Shows a sentence to the user.
 * @param stopping What is said at the first signal.
 */
export function untilInterrupted(say: (text: string) => void, stopping = callsEnd): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  // Every waiting row adds a listener. Without this line Node would warn of a leak.
  setMaxListeners(0, controller.signal);
  let firstMs = 0;
  const onSignal = (name: NodeJS.Signals): void => {
    if (!controller.signal.aborted) {
      firstMs = performance.now();
      say(`Stopping: ${stopping} Ctrl-C again quits at once.`);
      controller.abort();
    } else if (name === "SIGINT" && performance.now() - firstMs >= oneSignalMs) {
      // The progress bars hide the cursor. This sequence shows it again.
      if (process.stderr.isTTY) process.stderr.write("\u001b[?25h\n");
      say("Quit at once. What has come is kept, and the same command goes on.");
      process.exit(exitCodes.interrupted);
    }
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
