import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { LlamaGrammar, LlamaModel, Token } from "node-llama-cpp";
import { ModelError, SysGenError, messageOf } from "../errors.ts";
import { chatTemplate, type ChatTemplate } from "./chat-template.ts";
import { cpuThreads } from "./cpu-threads.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "./model.ts";
import { SequencePool } from "./sequence-pool.ts";

export interface LlamaCppOptions {
  /** Path of a GGUF file. */
  readonly path: string;
  /** The model's name in the data; default is the file's name. */
  readonly name?: string;
  /** Tokens that one call may hold, prompt and reply. Default 4096, or what the model was trained on when that is less. */
  readonly contextSize?: number | undefined;
  readonly onNotice?: (text: string) => void;
}

/** Calls at once that a core can use; more only cost memory. */
const callsPerContext = 2;
/** Twice as many sequences as calls, to hold the prefixes of the phases that are not at work. */
const sequencesPerContext = 2 * callsPerContext;
const mostContexts = 8;
/** Tokens that must be left for a reply. */
export const leastRoom = 16;
/** Calls that the embedded engine holds at once on a machine with that many cores. */
export function embeddedConcurrency(cores: number): number {
  return Math.min(cores, mostContexts) * callsPerContext;
}

/** ChatML, for a GGUF file that carries no template of its own. */
const fallbackTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}{% endfor %}{{ '<|im_start|>assistant\n' }}";

/**
 * A model in this process, through node-llama-cpp (https://node-llama-cpp.withcat.ai). On a CPU there is one context a core with
 * one thread each, which decodes faster than one context with all threads; prompts that begin alike keep the prefix that their
 * sequence holds already.
 * @throws SysGenError when the engine is not installed or the file is no model it can load.
 */
export async function llamaCpp(options: LlamaCppOptions): Promise<Model> {
  const { getLlama, LlamaGrammarEvaluationState, LlamaLogLevel } = await importEngine();
  const cores = cpuThreads();
  const llama = await getLlama({ build: "never", maxThreads: cores, logLevel: LlamaLogLevel.error, progressLogs: false });
  const model = await llama.loadModel({ modelPath: options.path }).catch((error: unknown) => {
    throw new SysGenError(
      `Cannot load ${options.path}: ${messageOf(error).replace(/\.+$/, "")}. Expected a GGUF file that llama.cpp reads.`,
      { cause: error },
    );
  });
  const contextSize = contextSizeOf(model.trainContextSize, options.contextSize);
  const onCpu = llama.gpu === false;
  const contexts = await Promise.all(
    Array.from({ length: onCpu ? Math.min(cores, mostContexts) : 1 }, () =>
      model.createContext({
        contextSize,
        sequences: onCpu ? sequencesPerContext : 2 * sequencesPerContext,
        flashAttention: !onCpu,
        ...(onCpu ? { threads: { ideal: 1, min: 1 } } : {}),
      }),
    ),
  ).catch((error: unknown) => {
    throw new SysGenError(`No room for ${contextSize} tokens of context: ${messageOf(error)}. Lower contextSize in the config.`, {
      cause: error,
    });
  });
  const sequences = contexts.flatMap((context) => Array.from({ length: context.totalSequences }, () => context.getSequence()));
  const pool = new SequencePool(sequences);
  const template = templateOf(model);
  if (!template.takesSystemRole) {
    options.onNotice?.("The model's chat template takes no system role: the system message is folded into the first user message.");
  }
  const grammars = new Map<string, Promise<LlamaGrammar>>();
  const grammarOf = (grammar: string): Promise<LlamaGrammar> => {
    const known = grammars.get(grammar) ?? llama.createGrammar({ grammar });
    grammars.set(grammar, known);
    return known;
  };

  async function call(request: ModelCall, context: CallContext): Promise<ModelReply> {
    const { sampling, constraint } = request;
    const prompt = tokenizeOrRefuse(model, template, request);
    const room = contextSize - prompt.length;
    if (room < leastRoom)
      throw new ModelError("context-overflow", `the prompt has ${prompt.length} tokens, the context holds ${contextSize} (contextSize)`);
    try {
      return await pool.withSequence(context.phase, prompt, async (sequence) => {
        const grammarEvaluationState =
          constraint && new LlamaGrammarEvaluationState({ model, grammar: await grammarOf(constraint.grammar) });
        const reply: Token[] = [];
        const limit = Math.min(sampling.maxOutputTokens, room);
        const tokens = sequence.evaluate(prompt.slice(sequence.nextTokenIndex), {
          temperature: sampling.temperature,
          topK: 40,
          topP: 0.95,
          seed: seedOf(request),
          ...(grammarEvaluationState ? { grammarEvaluationState } : {}),
        });
        let stopped = true;
        for await (const token of tokens) {
          if (model.isEogToken(token)) break;
          reply.push(token);
          stopped = reply.length < limit;
          if (!stopped) break;
        }
        return {
          text: model.detokenize(reply),
          finishReason: stopped ? "stop" : "length",
          usage: { inputTokens: prompt.length, outputTokens: reply.length },
        };
      });
    } catch (error) {
      throw new ModelError("server", `the embedded engine failed: ${messageOf(error)}`, { retryable: true, cause: error });
    }
  }

  return {
    name: options.name ?? basename(options.path),
    rowsAtOnce: embeddedConcurrency(cores),
    outputForm: "tagged",
    call,
    close: () => llama.dispose(),
  };
}

/** Tokens that one call may hold. */
export function contextSizeOf(trained: number, wanted: number | undefined): number {
  return Math.min(wanted ?? 4096, trained);
}

export async function importEngine(): Promise<typeof import("node-llama-cpp")> {
  try {
    return await import("node-llama-cpp");
  } catch (error) {
    throw new SysGenError(
      `The embedded engine cannot be loaded (${messageOf(error)}). Install it with: npm install node-llama-cpp — or reach a model server with --base-url.`,
      { cause: error },
    );
  }
}

export function templateOf(model: LlamaModel): ChatTemplate {
  const { chat_template: source } = model.fileInfo.metadata.tokenizer;
  const { bosString: bos, eosString: eos } = model.tokens;
  // Where the tokenizer adds BOS by itself (see tokenize), the template must not.
  return chatTemplate(source ?? fallbackTemplate, { bos: model.tokens.shouldPrependBosToken ? "" : (bos ?? ""), eos: eos ?? "" });
}

export function tokenize(model: LlamaModel, template: ChatTemplate, { messages }: Pick<ModelCall, "messages">): Token[] {
  const { bos, shouldPrependBosToken } = model.tokens;
  const start = shouldPrependBosToken && bos !== null ? [bos] : [];
  return [...start, ...template.render(messages).flatMap((piece) => model.tokenize(piece.text, !piece.isContent, "trimLeadingSpace"))];
}

/** A template may refuse one conversation (roles that do not alternate); that is this row's failure alone. */
function tokenizeOrRefuse(model: LlamaModel, template: ChatTemplate, call: ModelCall): Token[] {
  try {
    return tokenize(model, template, call);
  } catch (error) {
    throw new ModelError("bad-request", `the model's chat template refuses the conversation: ${messageOf(error)}`, { cause: error });
  }
}

/** The sampler's seed must differ from call to call, and be the same when a call is made again. */
function seedOf({ messages, sampling, attempt, round }: ModelCall): number {
  const identity = JSON.stringify([messages, sampling, attempt, round]);
  return createHash("sha256").update(identity).digest().readUInt32LE(0);
}
