import type { LlamaGrammar, LlamaGrammarEvaluationState, LlamaModel, Token } from "node-llama-cpp";
import type { OutputConstraint, Sampling } from "../model.ts";
import type { Lease } from "./context-sequences.ts";
import { importEngine } from "./import-engine.ts";
import { choiceTokens, readChoices } from "./read-choices.ts";
import type { DecodedText } from "./decoded-text.ts";

export interface WriteOptions {
  readonly sampling: Sampling;
  readonly constraint: OutputConstraint | undefined;
  /** Tokens to write at most. */
  readonly most: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/**
 * Samples a reply token by token, within the grammar if there is one. A reply that consists of
 * choices is read from probabilities instead, if the temperature is 0 (`readChoices`).
 */
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

  async write(lease: Lease, options: WriteOptions): Promise<DecodedText> {
    const { constraint, sampling, most, signal } = options;
    // Above temperature 0 a label is drawn at random, so the likeliest one must not be taken.
    const choices = sampling.temperature === 0 && constraint?.choices && choiceTokens(this.#model, constraint.choices);
    const longest = (choices || []).reduce(
      (sum, { common, labels }) => sum + common.length + Math.max(...labels.map(({ tokens }) => tokens.length)),
      0,
    );
    return choices && longest <= most ? readChoices(lease, choices, signal) : this.#sample(lease, options);
  }

  async #sample({ sequence, lastToken, barrier }: Lease, { sampling, constraint, most, seed, signal }: WriteOptions): Promise<DecodedText> {
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
