import type { RunConfig } from "../config/run-config.ts";
import type { DatasetEntry } from "../datasets/index.ts";
import { ModelError } from "../errors.ts";
import type { ChatMessage, Model, ModelReply, Question } from "../models/model.ts";
import { uncalibrated } from "../phases/calibration.ts";
import type { TokenCounter } from "../models/tokenizers/token-counter.ts";
import { fitLabels } from "../phases/prompts/fit-questions.ts";
import { askingPhase, type PaidPhase, type PhaseUse } from "./row-use.ts";
import type { PlaceholderReplies } from "./placeholder-replies.ts";
import { replayRoad } from "../pipeline/replay-road.ts";

/** A call that a row would make. */
export interface CountedCall {
  readonly phase: PaidPhase;
  /**
   * Tokens of the prompt, or of all prompts of questions that have their own. In them, placeholders
   * stand for the replies of earlier calls.
   */
  readonly promptTokens: number;
  /** Questions that the call asks (`ModelCall.questions`), and the tokens of their texts. */
  readonly questions: { readonly number: number; readonly tokens: number };
  /** Tokens of the placeholder reply. */
  readonly replyTokens: number;
  /** What asking again with another row uses, for a row of the calibration's draw. */
  readonly again: PhaseUse;
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
      const asked = { number: questions.length, tokens: textTokens(questions, counting) };
      const promptTokens = promptTokensOf(messages, questions, counting) + asked.tokens;
      // What a phrase serves and which of two responses is better has no line to draw.
      const drawing = questions.filter(({ labels }) => labels === fitLabels);
      const again =
        drawing.length === 0
          ? { calls: 0, inputTokens: 0, outputTokens: 0 }
          : {
              calls: 1,
              inputTokens: promptTokensOf(messages, drawing, counting) + textTokens(drawing, counting),
              outputTokens: drawing.length,
            };
      const call = calls.filter((earlier) => earlier.phase === phase.name).length;
      const text =
        questions.length > 0
          ? questions.map(({ labels: [first = ""] }) => first).join("\n")
          : phase.placeholderReply(row, config.phases[phase.name], { form, tags: config.tags, call });
      calls.push({ phase: phase.name, promptTokens, questions: asked, replyTokens: questions.length || counting.count(text), again });
      return { text, finishReason: "stop", usage: { inputTokens: 0, outputTokens: 0 } };
    },
  });
  signal.throwIfAborted();
  if (outcome?.outcome !== "done" && calls.length === 0) return { endsEarly: outcome?.reason ?? "unknown" };
  return calls;
}

function textTokens(questions: readonly Question[], counter: TokenCounter): number {
  return questions.reduce((sum, { text }) => sum + counter.count(text), 0);
}

/**
 * Tokens of a call's prompt. A prompt that questions have in common counts once.
 * @throws ModelError (`context-overflow`) as the model would, when a prompt does not fit its
 * context
 */
function promptTokensOf(messages: readonly ChatMessage[], questions: readonly Question[], counter: TokenCounter): number {
  const prompts = new Set(questions.length === 0 ? [messages] : questions.map(({ messages: own = messages }) => own));
  const tokens = [...prompts].map((prompt) => counter.countChat(prompt));
  if (Math.max(...tokens) > (counter.mostPromptTokens ?? Infinity)) throw new ModelError("context-overflow", "the prompt does not fit");
  return tokens.reduce((sum, one) => sum + one, 0);
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
