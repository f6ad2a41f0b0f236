import type { LlamaContextSequenceRepeatPenalty, LlamaGrammar, LlamaGrammarEvaluationState, LlamaModel, Token } from "node-llama-cpp";
import type { OutputConstraint, Sampling } from "../model.ts";
import type { Lease } from "./context-sequences.ts";
import { importEngine } from "./import-engine.ts";
import type { DecodedText } from "./decoded-text.ts";
import type { EngineFields } from "./engine-fields.ts";

export interface WriteOptions {
  readonly sampling: Sampling;
  readonly constraint: OutputConstraint | undefined;
  readonly fields: EngineFields;
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

  async write({ sequence, lastToken, barrier }: Lease, options: WriteOptions): Promise<DecodedText> {
    const { sampling, constraint, fields, most, seed, signal } = options;
    const { top_p = 0.95, min_p = 0, top_k = 40, stop = [] } = fields;
    const grammar = constraint && (await this.#grammarOf(constraint.grammar));
    const reply: Token[] = [];
    const tokens = sequence.evaluate([lastToken], {
      temperature: sampling.temperature,
      topK: top_k,
      topP: top_p,
      minP: min_p,
      seed,
      ...(hasPenalty(fields) ? { repeatPenalty: penaltyOf(fields, reply) } : {}),
      ...(grammar ? { grammarEvaluationState: this.#stateOf(grammar) } : {}),
    });
    let ended = true;
    let isMember = false;
    try {
      for await (const token of tokens) {
        signal.throwIfAborted();
        reply.push(token);
        ended = reply.length < most;
        if (!ended || this.#hasStop(reply, stop)) break;
        if (!isMember) barrier.enter();
        isMember = true;
        await barrier.wait();
      }
    } finally {
      if (isMember) barrier.leave();
    }
    const text = this.#model.detokenize(reply);
    const ends = stop.map((one) => text.indexOf(one)).filter((at) => at !== -1);
    const isStopped = ends.length > 0;
    return {
      text: isStopped ? text.slice(0, Math.min(...ends)) : text,
      finishReason: ended || isStopped ? "stop" : "length",
      outputTokens: reply.length,
    };
  }

  /**
   * Whether one of the texts that end a reply is among the last tokens. A token has a byte or more.
   */
  #hasStop(reply: readonly Token[], stop: readonly string[]): boolean {
    if (stop.length === 0) return false;
    const longest = Math.max(...stop.map((text) => Buffer.byteLength(text)));
    const end = this.#model.detokenize(reply.slice(-longest - 1));
    return stop.some((text) => end.includes(text));
  }

  #grammarOf(grammar: string): Promise<LlamaGrammar> {
    const known = this.#grammars.get(grammar) ?? this.#model.llama.createGrammar({ grammar });
    this.#grammars.set(grammar, known);
    return known;
  }
}

function hasPenalty({ repeat_penalty, presence_penalty, frequency_penalty }: EngineFields): boolean {
  return repeat_penalty !== undefined || presence_penalty !== undefined || frequency_penalty !== undefined;
}

/** How many of the last tokens are penalized, as in llama.cpp. */
const penalizedTokens = 64;

function penaltyOf(
  { repeat_penalty: penalty = 1, presence_penalty: presencePenalty = 0, frequency_penalty: frequencyPenalty = 0 }: EngineFields,
  reply: Token[],
): LlamaContextSequenceRepeatPenalty {
  return { punishTokens: () => reply.slice(-penalizedTokens), penalty, presencePenalty, frequencyPenalty };
}
