import { SysGenError } from "../../errors.ts";

/** What a user may set of the embedded engine; the rest is chosen. */
export interface EmbeddedSettings {
  readonly contexts?: number | undefined;
  readonly sequences?: number | undefined;
  readonly threads?: number | undefined;
  readonly flashAttention?: boolean | undefined;
  readonly gpu?: "auto" | "off" | undefined;
}

/** How the engine divides the machine. */
export interface Layout {
  /** Each decodes on its own. */
  readonly contexts: number;
  /** Calls that a context decodes together. */
  readonly calls: number;
  /** Sequences of a context beyond those, to hold the prefixes of phases that are not at work. */
  readonly spares: number;
  /** Of each context. */
  readonly threads: number;
  /** Tokens that one call may hold, prompt and reply. */
  readonly contextSize: number;
  readonly flashAttention: boolean;
}

export interface Machine {
  readonly cores: number;
  /** Contexts that can decode at the same time: each takes a thread of libuv's pool while it does. */
  readonly mostContexts: number;
  readonly freeBytes: number;
  readonly onGpu: boolean;
}

export interface Weights {
  readonly bytes: number;
  /** Memory of a context with so many sequences of so many tokens. */
  contextBytes(contextSize: number, sequences: number): Promise<number>;
}

/** Calls of a GPU's one context: it decodes many for the price of one. */
const callsOnGpu = 8;
/** Phases whose prompts have a long beginning in common: generate and verify. */
const sharedPrefixes = 2;
/** More contexts than that are not made: each reads all weights for each token. */
export const mostContexts = 8;
/** For all else in the process. */
const reservedBytes = 256 * 1024 * 1024;

/**
 * The layout for a machine. On a CPU a context a core with one thread and one call each: threads that share a call wait for each other, and
 * calls that share a context gain nothing (docs/embedded.md has the figures). Where memory is short the spare sequences go first, then contexts.
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
  // What a GPU holds is the engine's to judge.
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

/** Calls that the engine holds at once, before it is known what fits. */
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
