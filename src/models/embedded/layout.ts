import { SysGenError } from "../../errors.ts";

/** The user's settings of the embedded engine. What is undefined is chosen by `chooseLayout`. */
export interface EmbeddedSettings {
  readonly contexts?: number | undefined;
  readonly sequences?: number | undefined;
  readonly threads?: number | undefined;
  readonly flashAttention?: boolean | undefined;
  readonly gpu?: "auto" | "off" | undefined;
}

/** How the engine divides the machine. */
export interface Layout {
  /** Contexts decode independently of each other. */
  readonly contexts: number;
  /** Calls that a context decodes together. */
  readonly calls: number;
  /** Further sequences of a context. They keep the prefixes of phases that are not at work. */
  readonly spares: number;
  /** Threads of each context. */
  readonly threads: number;
  /** Tokens that one call may hold, prompt and reply together. */
  readonly contextSize: number;
  readonly flashAttention: boolean;
}

export interface Machine {
  readonly cores: number;
  /** Contexts that can decode at the same time. Each takes a thread of libuv's pool meanwhile. */
  readonly mostContexts: number;
  readonly freeBytes: number;
  readonly onGpu: boolean;
}

export interface Weights {
  readonly bytes: number;
  /** Bytes of a context that has `sequences` sequences of `contextSize` tokens each. */
  contextBytes(contextSize: number, sequences: number): Promise<number>;
}

/** Calls of the one context on a GPU, which decodes many calls for the price of one. */
const callsOnGpu = 8;
/**
 * Prompts with a long beginning in common. Those of generate have four for rows in one language,
 * and those of verify have two.
 */
const sharedPrefixes = 6;
/** Each context reads all weights for each token, so more contexts would bring no more tokens. */
export const mostContexts = 8;
/** Memory for everything else in the process. */
const reservedBytes = 256 * 1024 * 1024;

/**
 * The layout for a machine. On a CPU each core gets a context with one thread and one call, because
 * threads that share a call wait for each other, and calls that share a context gain nothing
 * (docs/embedded.md has the figures). If memory is short, spare sequences are given up first, then
 * contexts.
 * @returns The layout, and the bytes of the weights and the contexts.
 * @throws SysGenError with the figures when not even one context fits.
 */
export async function chooseLayout(
  machine: Machine,
  weights: Weights,
  contextSize: number,
  settings: EmbeddedSettings,
): Promise<{ layout: Layout; bytes: number }> {
  const { cores, freeBytes, onGpu } = machine;
  const calls = settings.sequences ?? (onGpu ? callsOnGpu : 1);
  const flashAttention = settings.flashAttention ?? onGpu;
  const most = settings.contexts ?? (onGpu ? 1 : Math.min(Math.max(1, Math.floor(cores / (settings.threads ?? 1))), machine.mostContexts));
  // Whether a model fits on a GPU is left to the engine.
  const room = onGpu ? Infinity : freeBytes - reservedBytes;
  let least = 0;
  for (let contexts = most; contexts >= (settings.contexts ?? 1); contexts--) {
    for (let spares = sharedPrefixes; spares >= 0; spares--) {
      least = weights.bytes + contexts * (await weights.contextBytes(contextSize, calls + spares));
      if (least > room) continue;
      const threads = settings.threads ?? Math.max(1, Math.floor(cores / contexts));
      return { layout: { contexts, calls, spares, threads, contextSize, flashAttention }, bytes: least };
    }
  }
  throw new SysGenError(
    `The model does not fit in memory: it needs ${gigabytes(least + reservedBytes)} (${gigabytes(weights.bytes)} of weights and ${gigabytes(least - weights.bytes)} for ${contextsOf(settings.contexts ?? 1, contextSize)}), and ${gigabytes(freeBytes)} are free. Take a smaller model (sysgen models), lower contextSize in the config, or reach a server with --base-url.`,
  );
}

/** Calls at once that the engine is expected to hold. What fits in memory is not known yet. */
export function likelyCalls(cores: number, { contexts, sequences, threads }: EmbeddedSettings): number {
  return (contexts ?? Math.max(1, Math.min(mostContexts, Math.floor(cores / (threads ?? 1))))) * (sequences ?? 1);
}

/** The layout in a sentence. */
export function describeLayout(
  name: string,
  { contexts, calls, threads, contextSize }: Layout,
  bytes: number,
  { freeBytes, onGpu }: Machine,
): string {
  const each = contexts === 1 ? "" : " in each";
  return `${name} runs in this machine's ${onGpu ? "GPU" : "memory"}: ${contextsOf(contexts, contextSize)}, ${counted(calls, "call")} at a time${each}${onGpu ? "" : `, ${counted(threads, "thread")}${each}; about ${gigabytes(bytes)} of ${gigabytes(freeBytes)} that are free`}.`;
}

function contextsOf(contexts: number, contextSize: number): string {
  return `${counted(contexts, "context")} of ${contextSize} tokens`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function gigabytes(bytes: number): string {
  return `${(Math.max(0, bytes) / 1e9).toFixed(bytes < 1e10 ? 2 : 1)} GB`;
}
