import type { LlamaGrammar, LlamaGrammarEvaluationState, LlamaModel, Token } from "node-llama-cpp";
import type { OutputConstraint, Sampling } from "../model.ts";
import type { Lease } from "./context-sequences.ts";
import { importEngine } from "./import-engine.ts";
import type { DecodedText } from "./decoded-text.ts";

export interface WriteOptions {
  readonly sampling: Sampling;
  readonly constraint: OutputConstraint | undefined;
  /** Tokens to write at most. */
  readonly most: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Samples a reply token by token, within the grammar if there is one. */
export class TextWriter {
  readonly #model: LlamaModel;
  readonly #stateOf: (grammar: LlamaGrammar) => LlamaGrammarEvaluationState;
  /** Compiled grammars by their text. */
  readonly #grammars = new Map<string, Promise<LlamaGrammar>>();

  private constructor(model: LlamaModel, stateOf: (grammar: LlamaGrammar) => LlamaGrammarEvaluationState) {
    this.#model = model;
    this.#stateOf = stateOf;
  }

  static async of(model: LlamaModel): Promise<TextWriter> {
    const { LlamaGrammarEvaluationState } = await importEngine();
    return new TextWriter(model, (grammar) => new LlamaGrammarEvaluationState({ model, grammar }));
  }

  async write({ sequence, lastToken, barrier }: Lease, { sampling, constraint, most, seed, signal }: WriteOptions): Promise<DecodedText> {
    const grammar = constraint && (await this.#grammarOf(constraint.grammar));
    const tokens = sequence.evaluate([lastToken], {
      temperature: sampling.temperature,
      topK: 40,
      topP: 0.95,
      seed,
      ...(grammar ? { grammarEvaluationState: this.#stateOf(grammar) } : {}),
    });
    const reply: Token[] = [];
    let ended = true;
    let isMember = false;
    try {
      for await (const token of tokens) {
        signal.throwIfAborted();
        reply.push(token);
        ended = reply.length < most;
        if (!ended) break;
        if (!isMember) barrier.enter();
        isMember = true;
        await barrier.wait();
      }
    } finally {
      if (isMember) barrier.leave();
    }
    return { text: this.#model.detokenize(reply), finishReason: ended ? "stop" : "length", outputTokens: reply.length };
  }

  #grammarOf(grammar: string): Promise<LlamaGrammar> {
    const known = this.#grammars.get(grammar) ?? this.#model.llama.createGrammar({ grammar });
    this.#grammars.set(grammar, known);
    return known;
  }
}
