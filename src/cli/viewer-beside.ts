import { fork, type ChildProcess } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { interrupted } from "./interrupt.ts";
import { ownAddress, writeError } from "./terminal.ts";

/** The built program, because Node 20 does not run TypeScript. */
const program = fileURLToPath(new URL("./main.js", import.meta.url));

export interface ViewerBesideOptions {
  /** Whether a browser is opened where there is one. */
  readonly open: boolean;
  readonly say: (text: string) => void;
}

/**
 * `sysgen view` beside a run. It is a process of its own and yields the CPU, so that it does not
 * slow the run down. It is in no terminal's foreground, so that Ctrl-C reaches the run alone. It
 * ends with this process, whatever ends that. A viewer that fails is a notice, and the run goes on.
 */
export class ViewerBeside implements Disposable {
  readonly #options: ViewerBesideOptions;
  #child: ChildProcess | undefined;
  /** The viewer's address. Undefined when it did not start. */
  #url: Promise<string | undefined> = Promise.resolve(undefined);
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: ViewerBesideOptions) {
    this.#options = options;
  }

  /** @param run A run directory that exists. */
  start(run: string): void {
    const { open } = this.#options;
    const args = ["view", ...(open ? [] : ["--no-open"]), "--", run];
    const child = fork(program, args, { detached: true, execArgv: [], stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#child = child;
    // The process may have ended already, and not every system lets its priority be changed.
    try {
      if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    } catch {}
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
    this.#ended = new Promise((resolve) => child.once("close", resolve).once("error", resolve));
    const started = new Promise<string>((resolve) =>
      child.stdout?.setEncoding("utf8").once("data", (text: string) => resolve(ownAddress(text.trim()))),
    );
    this.#url = Promise.race([started, this.#ended.then(() => undefined)]);
    void this.#tell(() => said.trim());
  }

  /** @param why What the viewer said of an error. */
  async #tell(why: () => string): Promise<void> {
    const url = await this.#url;
    const { say } = this.#options;
    if (url !== undefined) say(`Look on at ${url}`);
    // The run may have ended before the viewer had started.
    else if (this.#child !== undefined) say(`The viewer did not start, and the run goes on without. ${why()}`);
  }

  /** Waits until the user has looked enough. Returns at once where no viewer is open. */
  async untilInterrupted(): Promise<void> {
    const url = await this.#url;
    if (url === undefined) return;
    writeError(`\nThe viewer stays open at ${url}\nCtrl-C ends it.\n`);
    await Promise.race([interrupted(), this.#ended]);
  }

  [Symbol.dispose](): void {
    if (this.#child?.connected) this.#child.disconnect();
    this.#child = undefined;
  }
}
