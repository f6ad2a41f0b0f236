import type { LlamaContext, LlamaContextSequence, Token } from "node-llama-cpp";
import { BatchBarrier } from "./batch-barrier.ts";

/** A sequence for one call. It holds the call's prompt except for the last token. */
export interface Lease {
  readonly sequence: LlamaContextSequence;
  readonly lastToken: Token;
  /**
   * Prompt tokens that had to be evaluated, the last one included. The others were held already.
   */
  readonly evaluatedTokens: number;
  /** When the prompt's evaluation began, on the clock of `performance.now`. */
  readonly startedAt: number;
  readonly barrier: BatchBarrier;
}

interface Slot {
  readonly sequence: LlamaContextSequence;
  /** The last prompt that was given to the sequence. */
  prompt: readonly Token[];
  /** Tokens of the prompt that the sequence holds by now. */
  held: number;
  /**
   * Length of the beginning that the prompt has in common with other prompts. 0 when none is known.
   */
  shared: number;
  /** How many prompts went on from the shared beginning. */
  reuses: number;
  isBusy: boolean;
  /** Order of use. The lowest number was used longest ago. */
  usedAt: number;
  /** Called when the sequence holds more, or its call has ended. */
  onProgress: (() => void)[];
}

/** A shorter beginning is evaluated sooner than it is copied. */
const leastShared = 32;
/** Tokens that are evaluated at a time. A call that is broken off ends after at most this many. */
export const chunkTokens = 128;

/**
 * The sequences of one context. The beginning that prompts have in common is evaluated once. A new
 * call goes on from the sequence that holds the most of its prompt, or from a copy of that
 * sequence. Sequences are never disposed of between calls.
 */
export class ContextSequences {
  readonly #slots: readonly Slot[];
  readonly #calls: number;
  readonly #barrier = new BatchBarrier();
  #busy = 0;
  #uses = 0;

  /** @param calls Calls that the context decodes at a time. */
  constructor(context: LlamaContext, calls: number) {
    this.#calls = calls;
    this.#slots = Array.from({ length: context.totalSequences }, () => ({
      sequence: context.getSequence(),
      prompt: [],
      held: 0,
      shared: 0,
      reuses: 0,
      isBusy: false,
      usedAt: 0,
      onProgress: [],
    }));
  }

  get busy(): number {
    return this.#busy;
  }

  get hasRoom(): boolean {
    return this.#busy < this.#calls;
  }

  /** Reserves room for a call that is about to run. */
  enter(): void {
    this.#busy++;
  }

  leave(): void {
    this.#busy--;
  }

  /** Tokens of a prompt that a sequence holds, or is about to hold. */
  heldOf(prompt: readonly Token[]): number {
    return Math.max(...this.#slots.map((slot) => inCommon(slot.prompt, prompt)));
  }

  /**
   * Evaluates the prompt except for its last token, and runs `use` with the sequence.
   * @throws The signal's reason once it is aborted.
   */
  async run<T>(prompt: readonly Token[], signal: AbortSignal, use: (lease: Lease) => Promise<T>): Promise<T> {
    const source = this.#longest(prompt);
    const shared = source === undefined ? 0 : worthKeeping(source.prompt, prompt);
    const slot = this.#victim(prompt);
    let lasting = { shared: 0, reuses: 0 };
    if (source !== undefined && shared > 0) {
      // The same prompt again, or one that continues it, does not show that others begin like it.
      const isBeginning = shared < Math.min(source.prompt.length, prompt.length);
      const known = isBeginning ? shared : source.shared;
      lasting = { shared: known, reuses: known === source.shared ? source.reuses + 1 : 1 };
      Object.assign(source, lasting, { usedAt: ++this.#uses });
    }
    Object.assign(slot, { prompt, held: 0, ...lasting, isBusy: true, usedAt: ++this.#uses });
    try {
      const startedAt = performance.now();
      const kept = await this.#begin(slot, source, shared, signal);
      const last = prompt.length - 1;
      for (let at = kept; at < last; at += chunkTokens) {
        signal.throwIfAborted();
        const end = Math.min(at + chunkTokens, last);
        await slot.sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(at, end));
        tell(slot, end);
      }
      const lastToken = prompt[last];
      if (lastToken === undefined) throw new RangeError("an empty prompt");
      signal.throwIfAborted();
      return await use({ sequence: slot.sequence, lastToken, evaluatedTokens: prompt.length - kept, startedAt, barrier: this.#barrier });
    } catch (error) {
      // The tokens that the sequence really holds may still serve another call.
      slot.prompt = slot.sequence.contextTokens;
      throw error;
    } finally {
      slot.isBusy = false;
      tell(slot, slot.prompt.length);
    }
  }

  /** The slot that has the most in common with a prompt. Among equals, an idle one. */
  #longest(prompt: readonly Token[]): Slot | undefined {
    const [best] = this.#slots.toSorted(
      (a, b) => inCommon(b.prompt, prompt) - inCommon(a.prompt, prompt) || Number(a.isBusy) - Number(b.isBusy),
    );
    return best;
  }

  /**
   * The idle slot that the call overwrites. The criteria are, in this order: no shared beginning is
   * lost with it, it holds the most of the prompt, its beginning was reused least, it was used
   * longest ago.
   */
  #victim(prompt: readonly Token[]): Slot {
    const idle = this.#slots.filter((slot) => !slot.isBusy);
    const loses = (slot: Slot): boolean =>
      slot.shared > 0 &&
      inCommon(slot.prompt, prompt) < slot.shared &&
      !this.#slots.some((other) => other !== slot && inCommon(other.prompt, slot.prompt) >= slot.shared);
    const [best] = idle.toSorted(
      (a, b) =>
        Number(loses(a)) - Number(loses(b)) ||
        worthKeeping(b.prompt, prompt) - worthKeeping(a.prompt, prompt) ||
        a.reuses - b.reuses ||
        a.usedAt - b.usedAt,
    );
    if (best === undefined) throw new RangeError("more calls than sequences");
    return best;
  }

  /**
   * Keeps what the slot holds of the prompt, or copies it from `source` if that holds at least 32
   * tokens more. Waits while the source is still evaluating them.
   * @returns Tokens of the prompt that the slot holds.
   */
  async #begin(slot: Slot, source: Slot | undefined, shared: number, signal: AbortSignal): Promise<number> {
    const { sequence, prompt } = slot;
    const most = prompt.length - 1;
    const wanted = Math.min(shared, most);
    const own = Math.min(inCommon(sequence.contextTokens, prompt), most);
    if (source !== undefined && source !== slot && wanted >= own + leastShared && canCopy(sequence)) {
      const expected = source.prompt;
      while (source.isBusy && source.prompt === expected && source.held < wanted) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => source.onProgress.push(resolve));
      }
      // After a failed copy the sequence may hold more than its list of tokens says.
      if (source.prompt === expected && !(await sequence._copyStateFromOtherSequence(source.sequence, wanted)))
        await sequence.clearHistory();
    }
    await sequence.adaptStateToTokens(prompt.slice(0, most), false);
    tell(slot, sequence.nextTokenIndex);
    return sequence.nextTokenIndex;
  }
}

function tell(slot: Slot, held: number): void {
  slot.held = held;
  slot.onProgress.splice(0).forEach((resolve) => resolve());
}

/** Tokens that both lists begin with. */
export function inCommon(a: readonly Token[], b: readonly Token[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** The common beginning, or 0 if it is short. All prompts share the first few template tokens. */
function worthKeeping(a: readonly Token[], b: readonly Token[]): number {
  const length = inCommon(a, b);
  return length < leastShared ? 0 : length;
}

interface Copying {
  _copyStateFromOtherSequence(other: LlamaContextSequence, upTo: number): Promise<boolean>;
}

/**
 * The engine's copy is not public. If a version of the engine lacks it, each sequence evaluates its
 * prompts by itself.
 */
function canCopy(sequence: LlamaContextSequence): sequence is LlamaContextSequence & Copying {
  return "_copyStateFromOtherSequence" in sequence && typeof sequence._copyStateFromOtherSequence === "function";
}
