import { createHash } from "node:crypto";
import { basename } from "node:path";
import { ModelError, SysGenError, messageOf } from "../../errors.ts";
import { leastRoom } from "./context-size.ts";
import type { EmbeddedSettings } from "./layout.ts";
import { openEngine } from "./open-engine.ts";
import { SequencePool } from "./sequence-pool.ts";
import { TextWriter } from "./text-writer.ts";
import { templateOf, tokenizeOrRefuse } from "./tokenize-chat.ts";
import { untilBrokenOff } from "./until-broken-off.ts";
import type { CallContext, Model, ModelCall, ModelReply } from "../model.ts";

export interface LlamaCppOptions {
  /** Path of a GGUF file. */
  readonly path: string;
  /** The model's name in the data; default is the file's name. */
  readonly name?: string;
  /** Tokens that one call may hold, prompt and reply. Default 4096, or what the model was trained on when that is less. */
  readonly contextSize?: number | undefined;
  /** How the machine is divided; what is not said is chosen. */
  readonly settings?: EmbeddedSettings | undefined;
  readonly onNotice?: (text: string) => void;
}

/**
 * A model in this process, through node-llama-cpp (https://node-llama-cpp.withcat.ai). What prompts have in common at their beginning is
 * evaluated once a context.
 * @throws SysGenError when the engine is not installed, the file is no model it can load, or there is no room for it.
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

  async function call(request: ModelCall, { signal }: CallContext): Promise<ModelReply> {
    const prompt = tokenizeOrRefuse(model, template, request);
    const room = layout.contextSize - prompt.length;
    if (room < leastRoom)
      throw new ModelError(
        "context-overflow",
        `the prompt has ${prompt.length} tokens, the context holds ${layout.contextSize} (contextSize)`,
      );
    return untilBrokenOff(signal, async (brokenOff) => {
      try {
        return await pool.run(prompt, brokenOff, async (lease) => {
          const { text, finishReason, outputTokens, confidences } = await writer.write(lease, {
            sampling: request.sampling,
            constraint: request.constraint,
            most: Math.min(request.sampling.maxOutputTokens, room),
            seed: seedOf(request),
            signal: brokenOff,
          });
          return {
            text,
            finishReason,
            usage: { inputTokens: prompt.length, outputTokens },
            ...(confidences ? { confidences } : {}),
            evaluatedTokens: lease.evaluatedTokens,
            tookMs: performance.now() - lease.startedAt,
          };
        });
      } catch (error) {
        if (brokenOff.aborted || error instanceof SysGenError) throw error;
        throw new ModelError("server", `the embedded engine failed: ${messageOf(error)}`, { retryable: true, cause: error });
      }
    });
  }

  return {
    name,
    rowsAtOnce: layout.contexts * layout.calls,
    outputForm: "tagged",
    call,
    close: () => llama.dispose(),
  };
}

/** The sampler's seed must differ from call to call, and be the same when a call is made again. */
function seedOf({ messages, sampling, attempt, round }: ModelCall): number {
  const identity = JSON.stringify([messages, sampling, attempt, round]);
  return createHash("sha256").update(identity).digest().readUInt32LE(0);
}
