import type { GgufFileInfo, Llama, LlamaContext, LlamaContextOptions, LlamaModel } from "node-llama-cpp";
import { SysGenError, messageOf } from "../../errors.ts";
import { contextSizeOf } from "./context-size.ts";
import { chunkTokens } from "./context-sequences.ts";
import { cpuThreads } from "./cpu-threads.ts";
import { freeMemory } from "./free-memory.ts";
import { importEngine } from "./import-engine.ts";
import { chooseLayout, describeLayout, mostContexts, type EmbeddedSettings, type Layout, type Machine } from "./layout.ts";

export interface EngineOptions {
  /** Path of a GGUF file. */
  readonly path: string;
  readonly name: string;
  readonly contextSize: number | undefined;
  readonly settings: EmbeddedSettings;
  readonly onNotice: ((text: string) => void) | undefined;
}

/** A model in memory and its contexts. */
export interface Engine {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly contexts: readonly LlamaContext[];
  readonly layout: Layout;
}

/** Threads of libuv's pool, on which llama.cpp works. Node's default is 4. */
const poolThreads = Number(process.env["UV_THREADPOOL_SIZE"] || 4);

/**
 * Checks that a model and its contexts fit in memory, loads the model and makes the contexts.
 * @throws SysGenError when the engine is not installed, when it cannot load the file, or when there
 * is not enough memory.
 */
export async function openEngine({ path, name, contextSize: wanted, settings, onNotice }: EngineOptions): Promise<Engine> {
  const { getLlama, LlamaLogLevel, readGgufFileInfo, GgufInsights } = await importEngine();
  const cores = cpuThreads();
  const llama = await getLlama({
    build: "never",
    gpu: settings.gpu === "off" ? false : "auto",
    maxThreads: Math.max(cores, (settings.contexts ?? 1) * (settings.threads ?? 1)),
    logLevel: LlamaLogLevel.error,
    progressLogs: false,
  });
  const refuse = (error: unknown): never => {
    throw new SysGenError(`Cannot load ${path}: ${messageOf(error).replace(/\.+$/, "")}. Expected a GGUF file that llama.cpp reads.`, {
      cause: error,
    });
  };
  try {
    const info = await readGgufFileInfo(path, { logWarnings: false }).catch(refuse);
    const insights = await GgufInsights.from(info, llama).catch(refuse);
    const machine: Machine = {
      cores,
      mostContexts: Math.min(mostContexts, poolThreads),
      freeBytes: freeMemory(),
      onGpu: llama.gpu !== false,
    };
    const contextSize = contextSizeOf(insights.trainContextSize ?? Infinity, wanted);
    const options = contextOptions(info, machine, settings, insights.swaSize !== undefined);
    const contextBytes = async (tokens: number, sequences: number): Promise<number> =>
      (await insights.estimateContextResourceRequirementsV2({ ...options, contextSize: tokens, sequences, modelGpuLayers: 0 })).cpuRam;
    const { layout, bytes } = await chooseLayout(machine, { bytes: insights.modelSize, contextBytes }, contextSize, settings);
    const model = await llama.loadModel({ modelPath: path }).catch(refuse);
    const { contexts: count, calls, spares, threads } = layout;
    const contexts: LlamaContext[] = [];
    for (let index = 0; index < count; index++) {
      const context = model.createContext({
        ...options,
        contextSize,
        sequences: calls + spares,
        ...(machine.onGpu ? {} : { threads: { ideal: threads, min: threads } }),
      });
      contexts.push(await context.catch((error: unknown) => noRoom(contextSize, error)));
    }
    onNotice?.(describeLayout(name, layout, bytes, machine));
    return { llama, model, contexts, layout };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

function noRoom(contextSize: number, error: unknown): never {
  throw new SysGenError(`No room for ${contextSize} tokens of context: ${messageOf(error)}. Lower contextSize in the config.`, {
    cause: error,
  });
}

type SharedOptions = Pick<LlamaContextOptions, "batchSize" | "flashAttention" | "experimentalKvCacheKeyType" | "swaFullCache">;

function contextOptions(info: GgufFileInfo, { onGpu }: Machine, settings: EmbeddedSettings, slides: boolean): SharedOptions {
  return {
    ...(onGpu ? {} : { batchSize: chunkTokens }),
    flashAttention: settings.flashAttention ?? onGpu,
    // Keys in Q8_0 take half the memory of F16, and decoding after 1,500 tokens takes 15% less CPU.
    ...(!onGpu && keysInBlocks(info) ? { experimentalKvCacheKeyType: "Q8_0" } : {}),
    // With a sliding window (SWA) the cache would otherwise drop the prefix.
    ...(slides ? { swaFullCache: true } : {}),
  };
}

/** Whether the keys of a head consist of whole blocks of 32, which the type Q8_0 requires. */
function keysInBlocks({ architectureMetadata }: GgufFileInfo): boolean {
  const { attention, embedding_length: width } = architectureMetadata;
  const heads = attention?.head_count;
  const size = attention?.key_length ?? (typeof heads === "number" && width !== undefined ? width / heads : undefined);
  return size !== undefined && size % 32 === 0;
}
