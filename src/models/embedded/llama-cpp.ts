import { createHash } from "node:crypto";
import { basename } from "node:path";
import { ModelError, SysGenError, messageOf } from "../../errors.ts";
import { leastRoom } from "./context-size.ts";
import { engineFields } from "./engine-fields.ts";
import type { EmbeddedSettings } from "./layout.ts";
import { askedMessages } from "../asked-messages.ts";
import { openEngine } from "./open-engine.ts";
import { SequencePool } from "./sequence-pool.ts";
import { answerQuestions, commonBeginning, labelTokens, tokensInAll, type Answers, type QuestionTokens } from "./answer-questions.ts";
import { TextWriter } from "./text-writer.ts";
import { templateOf, tokenizeOrRefuse } from "./tokenize-chat.ts";
import { untilBrokenOff } from "./until-broken-off.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "../model.ts";

export interface LlamaCppOptions {
  /** Path of a GGUF file. */
  readonly path: string;
  /** The model's name in the data. Default the file's name. */
  readonly name?: string;
  /**
   * Tokens that one call may hold, prompt and reply together. Default 4,096. Never more than the
   * model was trained on.
   */
  readonly contextSize?: number | undefined;
  /** How the machine is divided. What is not set is chosen (`chooseLayout`). */
  readonly settings?: EmbeddedSettings | undefined;
  readonly onNotice?: (text: string) => void;
}

/**
 * A model in this process, through node-llama-cpp (https://node-llama-cpp.withcat.ai). The
 * beginning that prompts have in common is evaluated once in each context.
 * @throws SysGenError when the engine is not installed, when it cannot load the file, or when there
 * is not enough memory.
 */
export async function llamaCpp(options: LlamaCppOptions): Promise<Model> {
  const { path, contextSize, settings = {}, onNotice } = options;
  const name = options.name ?? basename(path);
  const { llama, model, contexts, layout } = await openEngine({ path, name, contextSize, settings, onNotice });
  const pool = new SequencePool(contexts, layout.calls);
  const template = templateOf(model);
  if (!template.takesSystemRole) {
    onNotice?.("The model's chat template takes no system role: the system message is folded into the first user message.");
  }
  const writer = await TextWriter.of(model);

  function questionsOf(request: ModelCall): QuestionTokens[] {
    return (request.questions ?? []).map((question) => ({
      prompt: tokenizeOrRefuse(model, template, { messages: askedMessages(request, question) }),
      labels: labelTokens(model, question),
    }));
  }

  /**
   * Tokens that the context leaves for the reply.
   * @throws ModelError when the prompt does not fit.
   */
  function roomBehind(promptTokens: number): number {
    const room = layout.contextSize - promptTokens;
    if (room < leastRoom)
      throw new ModelError(
        "context-overflow",
        `the prompt has ${promptTokens} tokens, the context holds ${layout.contextSize} (contextSize)`,
      );
    return room;
  }

  /** Runs what evaluates tokens until the signal breaks it off. */
  function evaluating(signal: AbortSignal, evaluate: (brokenOff: AbortSignal) => Promise<ModelReply>): Promise<ModelReply> {
    return untilBrokenOff(signal, async (brokenOff) => {
      try {
        return await evaluate(brokenOff);
      } catch (error) {
        if (brokenOff.aborted || error instanceof SysGenError) throw error;
        throw new ModelError("server", `the embedded engine failed: ${messageOf(error)}`, { retryable: true, cause: error });
      }
    });
  }

  async function answer(request: ModelCall, signal: AbortSignal): Promise<ModelReply> {
    const questions = questionsOf(request);
    roomBehind(Math.max(...questions.map(({ prompt }) => prompt.length)));
    // Questions that begin alike follow each other, and go on from the sequence that holds their
    // beginning.
    const groups = groupedBy(questions, (_, index) => JSON.stringify(request.questions?.[index]?.messages ?? null));
    return evaluating(signal, async (brokenOff) => {
      const answers: Answers[] = [];
      for (const group of groups) {
        const beginning = commonBeginning(group.map(({ prompt }) => prompt));
        answers.push(await pool.run(beginning, brokenOff, (lease) => answerQuestions(lease, group, brokenOff)));
      }
      return {
        text: answers.map(({ text }) => text).join("\n"),
        finishReason: "stop",
        usage: { inputTokens: tokensInAll(questions.map(({ prompt }) => prompt)), outputTokens: questions.length },
        scores: answers.flatMap(({ scores }) => scores),
        evaluatedTokens: answers.reduce((sum, { evaluatedTokens }) => sum + evaluatedTokens, 0),
        tookMs: answers.reduce((sum, { tookMs }) => sum + tookMs, 0),
      };
    });
  }

  async function write(request: ModelCall, signal: AbortSignal): Promise<ModelReply> {
    const prompt = tokenizeOrRefuse(model, template, request);
    const room = roomBehind(prompt.length);
    return evaluating(signal, (brokenOff) =>
      pool.run(prompt, brokenOff, async (lease) => {
        const { text, finishReason, outputTokens } = await writer.write(lease, {
          sampling: request.sampling,
          constraint: request.constraint,
          fields: engineFields(request.request),
          most: Math.min(request.sampling.maxOutputTokens, room),
          seed: seedOf(request),
          signal: brokenOff,
        });
        return {
          text,
          finishReason,
          usage: { inputTokens: prompt.length, outputTokens },
          evaluatedTokens: lease.evaluatedTokens,
          tookMs: performance.now() - lease.startedAt,
        };
      }),
    );
  }

  const call = async (request: ModelCall, { signal }: CallContext): Promise<ModelReply> =>
    (request.questions?.length ?? 0) > 0 ? answer(request, signal) : write(request, signal);

  return {
    name,
    rowsAtOnce: layout.contexts * layout.calls,
    outputForm: "tagged",
    questionsAtOnce: "all",
    call,
    close: () => llama.dispose(),
  };
}

/** The sampler's seed. It differs between calls, and is the same when a call is made again. */
function seedOf({ messages, sampling, attempt, round }: ModelCall): number {
  const identity = JSON.stringify([messages, sampling, attempt, round]);
  return createHash("sha256").update(identity).digest().readUInt32LE(0);
}

/** Parts a list where the key changes. */
function groupedBy<T>(items: readonly T[], keyOf: (item: T, index: number) => string): T[][] {
  const groups: T[][] = [];
  let last: string | undefined;
  for (const [index, item] of items.entries()) {
    const key = keyOf(item, index);
    if (key === last) groups.at(-1)?.push(item);
    else groups.push([item]);
    last = key;
  }
  return groups;
}
