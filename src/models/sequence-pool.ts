import type { LlamaContextSequence, Token } from "node-llama-cpp";

interface Slot {
  readonly sequence: LlamaContextSequence;
  /** What its last call was for: prompts of one kind begin alike. */
  kind: string | undefined;
  /** Order of use; the lowest was used longest ago. */
  usedAt: number;
}

/**
 * The sequences of all contexts, handed out one call at a time. There are more of them than calls at once, so that each kind of
 * prompt finds one that holds its prefix already. Sequences are never disposed of between calls.
 */
export class SequencePool {
  readonly #idle: Slot[];
  readonly #waiting: ((slot: Slot) => void)[] = [];
  #uses = 0;

  constructor(sequences: readonly LlamaContextSequence[]) {
    this.#idle = sequences.map((sequence) => ({ sequence, kind: undefined, usedAt: 0 }));
  }

  /** Runs `use` with a sequence that begins with as much of the prompt as can be kept; waits when none is idle. */
  async withSequence<T>(kind: string, prompt: readonly Token[], use: (sequence: LlamaContextSequence) => Promise<T>): Promise<T> {
    const slot = this.#takeIdle(kind) ?? (await new Promise<Slot>((resolve) => this.#waiting.push(resolve)));
    slot.kind = kind;
    slot.usedAt = ++this.#uses;
    try {
      await rewind(slot.sequence, prompt);
      return await use(slot.sequence);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(slot);
      else this.#idle.push(slot);
    }
  }

  /** One of the same kind, else a fresh one, else the one used longest ago. */
  #takeIdle(kind: string): Slot | undefined {
    const rank = (slot: Slot): number => (slot.kind === kind ? 0 : slot.kind === undefined ? 1 : 2);
    const [best] = this.#idle.toSorted((a, b) => rank(a) - rank(b) || a.usedAt - b.usedAt);
    if (best) this.#idle.splice(this.#idle.indexOf(best), 1);
    return best;
  }
}

/** Keeps the prefix that the sequence shares with the prompt; at least one token must be left to evaluate. */
async function rewind(sequence: LlamaContextSequence, prompt: readonly Token[]): Promise<void> {
  const held = sequence.contextTokens;
  let shared = 0;
  while (shared < held.length && shared < prompt.length - 1 && held[shared] === prompt[shared]) shared++;
  if (shared < sequence.nextTokenIndex) await sequence.eraseContextTokenRanges([{ start: shared, end: sequence.nextTokenIndex }]);
}
