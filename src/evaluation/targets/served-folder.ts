import { createServer } from "node:net";
import { dirname, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { listModels } from "../../models/openai/list-models.ts";
import { findPython } from "../../python/find-python.ts";
import { runTool, toolPath, type ToolEnd } from "../../python/run-tool.ts";
import { memoryErrorIn, wasKilled } from "../../python/short-memory.ts";
import { duration } from "../../texts/number-text.ts";
import { templateOf } from "./folder-template.ts";
import type { EvaluateTools, ServedFolder, ServeFolderOptions } from "../tools.ts";

/** What `serve.py` tells before the server starts. */
const startSchema = z.object({ server: z.enum(["vllm", "transformers"]), versions: z.record(z.string(), z.string()) });

/** The line after which a server listens. uvicorn of `transformers serve` binds its port late. */
const listens = { vllm: /Application startup complete/, transformers: /Uvicorn running on/ };

/** Other programs may take a port between the choice and the server's start. */
const mostPorts = 3;
const portTaken = /address already in use/i;

const lookEveryMs = 250;
const tellEveryMs = 30_000;
/** Time that a server gets to end. It has nothing to save. */
const graceMs = 5_000;

/** Serves a Hugging Face folder on a free port of this machine. See `serve.py`. */
export const serveFolder: EvaluateTools["serveFolder"] = async (given) => {
  // The server is started in the folder of its log.
  const options = { ...given, folder: resolve(given.folder) };
  if ((await templateOf(options.folder)) === undefined)
    throw new UsageError(
      `${given.folder} has no chat template (chat_template.jinja, or chat_template in tokenizer_config.json), so it can take no conversations. Name a model that was trained on some, or put a template into the folder. Tasks of lm-evaluation-harness need none.`,
    );
  const python = findPython({ named: options.python, env: options.env });
  for (let attempt = 1; ; attempt++) {
    const started = await start(python, await freePort(), options);
    if ("baseUrl" in started) return started;
    if (attempt < mostPorts && started.lastLines.some((line) => portTaken.test(line))) continue;
    throw new UsageError(whyNot(started, options));
  }
};

/** @returns How the process ended, if it did before the server answered. */
async function start(python: string, port: number, options: ServeFolderOptions): Promise<ServedFolder | ToolEnd> {
  const { folder, env, signal, log, onNotice } = options;
  const closing = new AbortController();
  let told: z.infer<typeof startSchema> | undefined;
  let isListening = false;
  let end: ToolEnd | undefined;
  let failure: unknown;
  const running = runTool({
    python,
    args: [toolPath("serve.py"), folder, String(port)],
    cwd: dirname(log),
    // All of the model is in its folder.
    env: { ...env, HF_HUB_OFFLINE: "1" },
    log,
    signal: closing.signal,
    graceMs,
    onEvent: (event) => (told ??= startSchema.safeParse(event).data),
    onLine: (line) => {
      if (told !== undefined && listens[told.server].test(line)) isListening = true;
    },
  }).then(
    (ended) => (end = ended),
    (error: unknown) => (failure = error),
  );
  const close = async (): Promise<void> => {
    closing.abort();
    await running;
  };
  const tellEnd = async (): Promise<void> => {
    await running;
    if (!closing.signal.aborted && end !== undefined)
      onNotice(`The server of ${folder} ended (${howEnded(end)}). Its output is in ${log}.`);
  };
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const startedAt = performance.now();
  let toldAt = startedAt;
  try {
    for (;;) {
      signal.throwIfAborted();
      if (failure !== undefined) throw failure;
      if (end !== undefined) return end;
      if (isListening && told !== undefined && (await serves(baseUrl, folder, options))) break;
      const now = performance.now();
      if (now - toldAt >= tellEveryMs) {
        toldAt = now;
        onNotice(
          `${folder} is being loaded by ${told?.server ?? "Python"} for ${duration((now - startedAt) / 1000, "whole")}; its output is in ${log}.`,
        );
      }
      await sleep(lookEveryMs, undefined, { signal });
    }
  } catch (error) {
    await close();
    throw error;
  }
  void tellEnd();
  return { baseUrl, model: folder, versions: told.versions, close };
}

/** Whether the server lists the folder, which no other program on that port would. */
async function serves(baseUrl: string, folder: string, { env }: ServeFolderOptions): Promise<boolean> {
  const listed = await listModels({ baseUrl, timeoutMs: 5_000, env });
  return "models" in listed && listed.models.some(({ id }) => id === folder);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new UsageError("This machine gives no free port on 127.0.0.1.");
  return address.port;
}

function whyNot(end: ToolEnd, { folder, log }: ServeFolderOptions): string {
  const output = end.lastLines.join("\n");
  const missing =
    /No module named '([\w.]+)'|install `?pip install (transformers\[serving\])|(PackageNotFoundError)[^\n]*transformers/.exec(output);
  const cure =
    missing !== null
      ? 'Run "sysgen python install", or install transformers[serving] there. '
      : memoryErrorIn(end.lastLines) !== undefined || wasKilled(end)
        ? "The model does not fit into memory. "
        : "";
  return `${folder} could not be served (${howEnded(end)}). ${cure}All output is in ${log}.`;
}

/** The error that it ended with, else its code. */
function howEnded({ code, signal, lastLines }: ToolEnd): string {
  const last = lastLines.findLast((line) => /\w*(?:Error|Exception)\b/.test(line)) ?? lastLines.at(-1);
  const how = signal === null ? `code ${code}` : signal;
  return last === undefined ? how : `${how}: ${last.trim().slice(0, 300)}`;
}
