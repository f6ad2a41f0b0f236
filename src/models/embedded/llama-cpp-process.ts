import { fork, type ChildProcess } from "node:child_process";
import { dirname, resolve as absolute } from "node:path";
import { fileURLToPath } from "node:url";
import { ModelError, SysGenError, messageOf } from "../../errors.ts";
import { cpuThreads } from "./cpu-threads.ts";
import { fromEngineSchema, type FromEngine, type ToEngine } from "./engine-messages.ts";
import { errorOf } from "./failure.ts";
import { untilBrokenOff } from "./until-broken-off.ts";
import type { LlamaCppOptions } from "./llama-cpp.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "../model.ts";

/** The program of the process. It is the built file, because Node 20 does not run TypeScript. */
const entry = new URL("./engine-process.js", import.meta.url);
/** Threads of libuv's pool for files, in addition to those that decode. */
const otherThreads = 2;

interface Waiting<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * `llamaCpp` in a process of its own. If native code crashes, the calls in flight fail with a
 * retryable error, and the next call opens the model again. The process also gets enough threads
 * for all contexts to decode at the same time.
 * @throws The errors of `llamaCpp`.
 */
export async function llamaCppProcess(options: LlamaCppOptions): Promise<Model> {
  let engine: Promise<EngineProcess> | undefined;
  let wanted = options;
  const current = (): Promise<EngineProcess> => {
    engine ??= EngineProcess.open(wanted, () => (engine = undefined));
    return engine;
  };
  const { name, rowsAtOnce } = await current();
  // When the model is opened again, its notices are not repeated.
  wanted = { ...options, onNotice: () => {} };
  return {
    name,
    rowsAtOnce,
    outputForm: "tagged",
    questionsAtOnce: "all",
    call: async (call, context) =>
      (
        await current().catch((error: unknown) => {
          throw error instanceof SysGenError ? error : new ModelError("server", messageOf(error), { retryable: true, cause: error });
        })
      ).call(call, context),
    close: async () => (await engine?.catch(() => undefined))?.close(),
  };
}

class EngineProcess {
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, Waiting<ModelReply>>();
  readonly #ended: Promise<void>;
  readonly #onNotice: ((text: string) => void) | undefined;
  #lastId = 0;
  #opened: Waiting<void> | undefined;
  name = "";
  rowsAtOnce = 1;

  private constructor(onNotice: ((text: string) => void) | undefined, onEnd: () => void) {
    this.#onNotice = onNotice;
    // In the program's own folder, so that no library of the working directory is loaded.
    this.#child = fork(fileURLToPath(entry), {
      cwd: dirname(fileURLToPath(entry)),
      env: { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(4, cpuThreads() + otherThreads)) },
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: [],
    });
    // Not inherited, because the engine quotes what a model's file says.
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => this.#onNotice?.(text.trimEnd()));
    this.#child.on("message", (message) => this.#hear(fromEngineSchema.parse(message)));
    this.#ended = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        onEnd();
        const error = new ModelError("server", `the embedded engine ended with ${signal ?? `exit code ${code}`}`, { retryable: true });
        for (const { reject } of this.#calls.values()) reject(error);
        this.#opened?.reject(error);
        resolve();
      });
      this.#child.on("error", (error) => {
        this.#opened?.reject(error);
        resolve();
      });
    });
  }

  static async open({ path, name, contextSize, settings, onNotice }: LlamaCppOptions, onEnd: () => void): Promise<EngineProcess> {
    const engine = new EngineProcess(onNotice, onEnd);
    const opened = new Promise<void>((resolve, reject) => (engine.#opened = { resolve, reject }));
    engine.#say({ type: "open", path: absolute(path), contextSize, settings, ...(name === undefined ? {} : { name }) });
    try {
      await opened;
    } catch (error) {
      onEnd();
      await engine.close();
      throw error;
    }
    return engine;
  }

  async call(call: ModelCall, { purpose, signal }: CallContext): Promise<ModelReply> {
    if (!this.#child.connected) throw new ModelError("server", "the embedded engine ended", { retryable: true });
    const { messages, sampling, constraint, questions, request, attempt, round } = call;
    const id = ++this.#lastId;
    return untilBrokenOff(signal, async (brokenOff) => {
      brokenOff.addEventListener("abort", () => this.#say({ type: "break-off", id }), { once: true });
      const reply = new Promise<ModelReply>((resolve, reject) => this.#calls.set(id, { resolve, reject }));
      const asked = {
        messages: [...messages],
        sampling,
        attempt,
        round,
        ...(request ? { request: { ...request } } : {}),
        ...(constraint ? { constraint: { grammar: constraint.grammar, jsonSchema: constraint.jsonSchema } } : {}),
        ...(questions
          ? { questions: questions.map(({ messages: own, text, labels }) => ({ messages: own && [...own], text, labels: [...labels] })) }
          : {}),
      };
      this.#say({ type: "call", id, call: asked, purpose });
      try {
        return await reply;
      } finally {
        this.#calls.delete(id);
      }
    });
  }

  /** Kills the process at once, because it holds nothing that must be saved. */
  async close(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  #say(message: ToEngine): void {
    // A process that has ended takes no message. The calls that wait are rejected by its end.
    if (this.#child.connected) this.#child.send(message);
  }

  #hear(message: FromEngine): void {
    switch (message.type) {
      case "notice":
        return this.#onNotice?.(message.text);
      case "opened":
        this.name = message.name;
        this.rowsAtOnce = message.rowsAtOnce;
        return this.#opened?.resolve();
      case "not-opened":
        return this.#opened?.reject(errorOf(message.failure));
      case "replied":
        return this.#calls.get(message.id)?.resolve(message.reply);
      case "failed":
        return this.#calls.get(message.id)?.reject(errorOf(message.failure));
    }
  }
}
