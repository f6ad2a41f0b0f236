import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { ModelError } from "../errors.ts";
import type { ChatMessage, Model, ModelReply } from "../models/model.ts";
import type { TokenCounter } from "../models/tokenizers/token-counter.ts";
import { isResponse } from "../records/message.ts";
import { paidPhase, type PaidPhase } from "./row-use.ts";
import type { PlaceholderReplies } from "./placeholder-replies.ts";
import { replayRoad } from "../pipeline/replay-road.ts";

/**
 * Tokens of the prompts that a row would make. They are counted, with placeholders for the replies
 * in them.
 */
export interface CountedPrompts {
  /** Tokens of the prompt of phase 1. */
  readonly generate: number;
  /** Tokens of the prompt of phase 3. 0 when no judge is asked. */
  readonly verify: number;
  readonly responses: readonly CountedResponse[];
}

export interface CountedResponse {
  /** Tokens of the prompt. In it, the row's original responses stand for the new ones. */
  readonly prompt: number;
  /** Tokens of the row's original response. */
  readonly original: number;
  /** Tokens of each earlier response in the prompt that is written anew. */
  readonly before: readonly number[];
}

export interface CountPromptsOptions {
  readonly config: RunConfig;
  readonly model: Model;
  readonly judge: Model;
  readonly counter: TokenCounter;
  readonly judgeCounter: TokenCounter;
  readonly placeholders: PlaceholderReplies;
  readonly signal: AbortSignal;
}

/**
 * Takes a row through the phases with placeholder replies that are all good, and counts its
 * prompts.
 * @returns the reason, when the row ends before the first phase
 * @throws the signal's reason once it is aborted
 */
export async function countPrompts(
  entry: DatasetEntry,
  options: CountPromptsOptions,
): Promise<CountedPrompts | { readonly endsEarly: string }> {
  const { model, judge, counter, judgeCounter, placeholders, signal } = options;
  const originals = "example" in entry.content ? entry.content.example.messages.filter(isResponse).map(({ content }) => content) : [];
  const { turns } = options.config.phases.respond;
  const written = turns === "last" ? originals.slice(-1) : originals;
  const writtenTokens = written.map((text) => counter.count(text));
  const prompts = { generate: 0, verify: 0, respond: [] as number[] };
  const reply = (text: string): ModelReply => ({ text, finishReason: "stop", usage: { inputTokens: 0, outputTokens: 0 } });
  const answers: Readonly<Record<PaidPhase, (messages: readonly ChatMessage[]) => string>> = {
    generate(messages) {
      prompts.generate = promptTokens(messages, counter);
      return placeholders.message;
    },
    verify(messages) {
      prompts.verify = promptTokens(messages, judgeCounter);
      return placeholders.verdict;
    },
    respond(messages) {
      prompts.respond.push(promptTokens(messages, counter));
      return written[prompts.respond.length - 1] ?? "";
    },
  };
  const outcome = await replayRoad(entry, {
    config: withoutObjections(options.config),
    model,
    judge,
    signal,
    round: () => 0,
    answer: (phase, { messages }) => reply(answers[paidPhase(phase)](messages)),
  });
  signal.throwIfAborted();
  if (outcome?.outcome !== "done" && prompts.generate === 0) return { endsEarly: outcome?.reason ?? "unknown" };
  return {
    generate: prompts.generate,
    verify: prompts.verify,
    responses: prompts.respond.map((prompt, index) => ({
      prompt,
      original: writtenTokens[index] ?? 0,
      before: writtenTokens.slice(0, index),
    })),
  };
}

/**
 * @throws ModelError (`context-overflow`) as the model would, when the prompt does not fit its
 * context
 */
function promptTokens(messages: readonly ChatMessage[], counter: TokenCounter): number {
  const tokens = counter.countChat(messages);
  if (tokens > (counter.mostPromptTokens ?? Infinity)) throw new ModelError("context-overflow", "the prompt does not fit");
  return tokens;
}

/** The configuration without the checks of replies, which could find something in placeholders. */
function withoutObjections(config: RunConfig): RunConfig {
  const { phases } = config;
  return {
    ...config,
    maxReasks: 0,
    phases: {
      ...phases,
      filter: { ...phases.filter, checkContent: false },
      respond: { ...phases.respond, gates: {} },
    },
  };
}
