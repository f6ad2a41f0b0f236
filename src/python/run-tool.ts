import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { createInterface } from "node:readline";
import { Readable, type Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { UsageError, messageOf } from "../errors.ts";
import { childEnvironment } from "../platform/child-environment.ts";
import type { Environment } from "../platform/environment.ts";

/** How a Python process ended. */
export interface ToolEnd {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines of its output, stdout and stderr as they came. */
  readonly lastLines: readonly string[];
}

export interface ToolOptions {
  /** The Python interpreter. */
  readonly python: string;
  /** False for another program in its place, such as uv. Default true. */
  readonly isPython?: boolean;
  /** Arguments after the interpreter, such as `-m`, `lm_eval`. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
  /** All output is appended to this file. */
  readonly log: string;
  /**
   * Each line that the tool writes to its file descriptor 3, which is one JSON value. What a
   * handler throws ends the tool, and is thrown once it has ended.
   */
  onEvent?(event: unknown): void;
  /** Each line of stdout and stderr. Progress bars end their lines with a carriage return. */
  onLine?(line: string): void;
  /** Aborting sends SIGINT, so that the tool may save, and SIGKILL after `graceMs`. */
  readonly signal?: AbortSignal | undefined;
  /** Time from SIGINT to SIGKILL, in milliseconds. Default 60,000. */
  readonly graceMs?: number;
}

const keptLines = 40;

/** The path of a Python tool of the package, such as `train.py`. */
export function toolPath(name: string): string {
  return fileURLToPath(new URL(`./tools/${name}`, import.meta.url));
}

/**
 * Runs a Python program to its end. A program of this package tells its progress as JSON lines on
 * file descriptor 3, because libraries print to stdout and stderr what they like.
 * @throws UsageError when it cannot be started.
 */
export async function runTool(options: ToolOptions): Promise<ToolEnd> {
  const { python, isPython = true, args, cwd, env, signal, graceMs = 60_000 } = options;
  signal?.throwIfAborted();
  const log = createWriteStream(options.log, { flags: "a" }).on("error", () => undefined);
  // Its own process group, so that Ctrl-C of the terminal reaches this program alone.
  const child = spawn(python, args, {
    cwd,
    // Else OpenMP's threads wait by spinning. On 2 cores with other work, that made a token of a
    // small model take 70 times as long.
    env: { OMP_WAIT_POLICY: "PASSIVE", ...childEnvironment(env), PYTHONUNBUFFERED: "1" },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    detached: true,
  });
  const lastLines: string[] = [];
  const take = (line: string): void => {
    log.write(`${line}\n`);
    if (line.trim() === "") return;
    if (lastLines.push(line) > keptLines) lastLines.shift();
    handle(() => options.onLine?.(line));
  };
  let fault: { readonly error: unknown } | undefined;
  const handle = (handler: () => void): void => {
    try {
      if (fault === undefined) handler();
    } catch (error) {
      fault = { error };
      kill();
    }
  };
  let killing: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    child.kill("SIGINT");
    killing = setTimeout(kill, graceMs);
  };
  // The processes that the tool has started are ended with it.
  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      child.kill("SIGKILL");
    }
  };
  signal?.addEventListener("abort", interrupt, { once: true });
  process.once("exit", kill);
  try {
    const [end] = await Promise.all([
      new Promise<Pick<ToolEnd, "code" | "signal">>((resolve, reject) => {
        child.once("error", (error) => {
          // Errors of a child that runs are those of a signal that could not be sent.
          if (child.pid === undefined)
            reject(
              new UsageError(
                isPython
                  ? `Cannot start Python (${python}): ${messageOf(error)}. --python takes the path of an interpreter.`
                  : `Cannot start ${python}: ${messageOf(error)}.`,
              ),
            );
        });
        child.once("close", (code, by) => resolve({ code, signal: by }));
      }),
      readLines(readableOf(child.stdout), take),
      readLines(readableOf(child.stderr), take),
      readLines(readableOf(child.stdio[3]), (line) => handle(() => options.onEvent?.(parsed(line)))),
    ]);
    if (fault !== undefined) throw fault.error;
    return { ...end, lastLines };
  } finally {
    clearTimeout(killing);
    signal?.removeEventListener("abort", interrupt);
    process.removeListener("exit", kill);
    log.end();
    await finished(log).catch(() => undefined);
  }
}

function readableOf(stream: Readable | Writable | null | undefined): Readable | undefined {
  return stream instanceof Readable ? stream : undefined;
}

async function readLines(stream: Readable | undefined, take: (line: string) => void): Promise<void> {
  if (!stream) return;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) take(line);
}

/** The line's JSON value. Undefined if it holds none, such as a torn last line. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
