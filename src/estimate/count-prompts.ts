import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { ModelError } from "../errors.ts";
import type { ChatMessage, Model, ModelReply } from "../models/model.ts";
import { uncalibrated } from "../phases/calibration.ts";
import type { TokenCounter } from "../models/tokenizers/token-counter.ts";
import { askingPhase, type PaidPhase } from "./row-use.ts";
import type { PlaceholderReplies } from "./placeholder-replies.ts";
import { replayRoad } from "../pipeline/replay-road.ts";

/** A call that a row would make. */
export interface CountedCall {
  readonly phase: PaidPhase;
  /** Tokens of the prompt. In it, placeholders stand for the replies of earlier calls. */
  readonly promptTokens: number;
  /** Questions that the call asks (`ModelCall.questions`), and the tokens of their texts. */
  readonly questions: { readonly number: number; readonly tokens: number };
  /** Tokens of the placeholder reply. */
  readonly replyTokens: number;
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
 * Takes a row through the phases with placeholder replies that are all good, and counts its calls.
 * @returns the calls in the order in which they would be made, or the reason, when the row ends
 * before the first call
 * @throws the signal's reason once it is aborted
 */
export async function countPrompts(
  entry: DatasetEntry,
  options: CountPromptsOptions,
): Promise<readonly CountedCall[] | { readonly endsEarly: string }> {
  const { config, model, judge, counter, judgeCounter, placeholders, signal } = options;
  signal.throwIfAborted();
  if ("problem" in entry.content) return { endsEarly: entry.content.problem.reason };
  const row = { example: entry.content.example, phrases: placeholders.phrases };
  const calls: CountedCall[] = [];
  const outcome = await replayRoad(entry, {
    config: withoutObjections(config),
    model,
    judge,
    signal,
    round: () => 0,
    calibration: uncalibrated,
    answer: (name, { messages, questions = [] }, { outputForm: form }): ModelReply => {
      const phase = askingPhase(name);
      const counting = phase.asks === "judge" ? judgeCounter : counter;
      const asked = { number: questions.length, tokens: questions.reduce((sum, { text }) => sum + counting.count(text), 0) };
      const promptTokens = promptTokensOf(messages, counting) + asked.tokens;
      const call = calls.filter((earlier) => earlier.phase === phase.name).length;
      const text =
        questions.length > 0
          ? questions.map(({ labels: [first = ""] }) => first).join("\n")
          : phase.placeholderReply(row, config.phases[phase.name], { form, call });
      calls.push({ phase: phase.name, promptTokens, questions: asked, replyTokens: questions.length || counting.count(text) });
      return { text, finishReason: "stop", usage: { inputTokens: 0, outputTokens: 0 } };
    },
  });
  signal.throwIfAborted();
  if (outcome?.outcome !== "done" && calls.length === 0) return { endsEarly: outcome?.reason ?? "unknown" };
  return calls;
}

/**
 * @throws ModelError (`context-overflow`) as the model would, when the prompt does not fit its
 * context
 */
function promptTokensOf(messages: readonly ChatMessage[], counter: TokenCounter): number {
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
