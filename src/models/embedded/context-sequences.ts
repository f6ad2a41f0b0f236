import type { LlamaContext, LlamaContextSequence, Token } from "node-llama-cpp";
import { StepGate } from "./batch-barrier.ts";

/** A sequence that holds a prompt but for its last token. */
export interface Lease {
  readonly sequence: LlamaContextSequence;
  readonly lastToken: Token;
  /** Prompt tokens that had to be evaluated for it; the others were held already. The last one counts. */
  readonly evaluatedTokens: number;
  /** When the prompt's evaluation began, by `performance.now()`. */
  readonly startedAt: number;
  readonly gate: StepGate;
}

interface Slot {
  readonly sequence: LlamaContextSequence;
  /** What it was asked last. */
  prompt: readonly Token[];
  /** How much of the prompt it holds by now. */
  held: number;
  /** A beginning that prompts with different ends had in common with it; and how often a prompt went on from there. */
  shared: number;
  reuses: number;
  isBusy: boolean;
  /** Order of use; the lowest was used longest ago. */
  usedAt: number;
  /** Called when it holds more, or is at its end. */
  onProgress: (() => void)[];
}

/** Fewer are sooner evaluated than copied. */
const leastShared = 32;
/** Tokens evaluated at a time: a call that is broken off ends after so many. */
export const chunkTokens = 128;

/**
 * The sequences of one context. What prompts have in common at their beginning is evaluated once: a new call goes on from the sequence that
 * holds the most of its prompt, or from a copy of it. Sequences are never disposed of between calls.
 */
export class ContextSequences {
  readonly #slots: readonly Slot[];
  readonly #calls: number;
  readonly #gate = new StepGate();
  #busy = 0;
  #uses = 0;

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

  /** Keeps a place for a call that is about to run. */
  enter(): void {
    this.#busy++;
  }

  leave(): void {
    this.#busy--;
  }

  /** How much of a prompt is held here, or is about to be. */
  heldOf(prompt: readonly Token[]): number {
    return Math.max(...this.#slots.map((slot) => inCommon(slot.prompt, prompt)));
  }

  async run<T>(prompt: readonly Token[], signal: AbortSignal, use: (lease: Lease) => Promise<T>): Promise<T> {
    const source = this.#longest(prompt);
    const shared = source === undefined ? 0 : worthKeeping(source.prompt, prompt);
    const slot = this.#victim(prompt);
    let lasting = { shared: 0, reuses: 0 };
    if (source !== undefined && shared > 0) {
      // The same prompt again, or one that goes on from it, says nothing of other prompts.
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
      return await use({ sequence: slot.sequence, lastToken, evaluatedTokens: prompt.length - kept, startedAt, gate: this.#gate });
    } catch (error) {
      // What it holds is as good as before; what it would have held is not there.
      slot.prompt = slot.sequence.contextTokens;
      throw error;
    } finally {
      slot.isBusy = false;
      tell(slot, slot.prompt.length);
    }
  }

  /** The slot that has the most in common with a prompt; of two, one that is idle. */
  #longest(prompt: readonly Token[]): Slot | undefined {
    const [best] = this.#slots.toSorted(
      (a, b) => inCommon(b.prompt, prompt) - inCommon(a.prompt, prompt) || Number(a.isBusy) - Number(b.isBusy),
    );
    return best;
  }

  /** An idle slot to work in: one whose loss loses no shared beginning, that holds the most of the prompt, whose beginning was of least use. */
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

  /** Takes over what is held of the prompt, here or by the source, and says how much that is. */
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
      // A copy that is not what was expected may hold more than its list of tokens says.
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

function inCommon(a: readonly Token[], b: readonly Token[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

/** All prompts of a model begin with its template's few tokens. */
function worthKeeping(a: readonly Token[], b: readonly Token[]): number {
  const length = inCommon(a, b);
  return length < leastShared ? 0 : length;
}

interface Copying {
  _copyStateFromOtherSequence(other: LlamaContextSequence, upTo: number): Promise<boolean>;
}

/** The engine's copy is not public: where it is gone, each sequence evaluates its prompts by itself. */
function canCopy(sequence: LlamaContextSequence): sequence is LlamaContextSequence & Copying {
  return "_copyStateFromOtherSequence" in sequence && typeof sequence._copyStateFromOtherSequence === "function";
}
