import { basename } from "node:path";
import { SysGenError, messageOf } from "../../errors.ts";
import { importEngine } from "../../models/embedded/import-engine.ts";
import type { Embedder } from "./embedder.ts";

/** At most this many tokens of a text are read. */
const mostTokens = 512;
/** Tokens that a model may add before and after a text. */
const room = 8;

/**
 * An embedding model in this process, through node-llama-cpp.
 * @throws SysGenError when the engine is not installed or the file is no embedding model.
 */
export async function ggufEmbedder(path: string): Promise<Embedder> {
  // One thread. More threads wait for each other in a loop, and stand still while other processes
  // are at work.
  const { getLlama, LlamaLogLevel } = await importEngine();
  const llama = await getLlama({ build: "never", maxThreads: 1, logLevel: LlamaLogLevel.error, progressLogs: false });
  try {
    const model = await llama.loadModel({ modelPath: path });
    const contextSize = Math.min(mostTokens, model.trainContextSize);
    const context = await model.createEmbeddingContext({ contextSize, threads: 1 });
    return {
      name: basename(path),
      async embed(text) {
        const tokens = model.tokenize(text).slice(0, contextSize - room);
        return (await context.getEmbeddingFor(tokens)).vector;
      },
      [Symbol.asyncDispose]: () => llama.dispose(),
    };
  } catch (error) {
    await llama.dispose();
    throw new SysGenError(
      `Cannot embed with ${path}: ${messageOf(error).replace(/\.+$/, "")}. Expected a GGUF file of an embedding model.`,
      {
        cause: error,
      },
    );
  }
}
