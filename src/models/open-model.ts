import type { Progress } from "../hub/download.ts";
import type { Environment } from "../hub/environment.ts";
import { cpuThreads } from "./cpu-threads.ts";
import { embeddedConcurrency, llamaCpp } from "./llama-cpp.ts";
import type { Model } from "./model.ts";
import { openAiCompatible } from "./openai-compatible.ts";
import type { ConstraintField } from "./openai-wire.ts";
import { embeddedName, resolveWeights } from "./weights.ts";

export interface ModelChoice {
  /** A name on the servers; or an embedded model's name or path when there are none. */
  readonly model: string;
  readonly baseUrls: readonly string[];
  readonly apiKeyEnv: string;
  readonly constraintField: ConstraintField;
  readonly timeoutMs: number;
  readonly contextSize: number | undefined;
}

export interface OpenModelOptions {
  readonly env: Environment;
  readonly observer: {
    readonly onNotice?: (text: string) => void;
    readonly onDownload?: (progress: Progress) => void;
  };
}

/** The backend that a choice means. An embedded model is fetched and loaded at its first call, so that a finished run needs none. */
export async function openModel(choice: ModelChoice, { env, observer }: OpenModelOptions): Promise<Model> {
  const onNotice = observer.onNotice ?? (() => {});
  const { model, baseUrls, timeoutMs, constraintField } = choice;
  if (baseUrls.length > 0) {
    const apiKey = env[choice.apiKeyEnv]?.trim() || undefined;
    return openAiCompatible({ model, baseUrls, apiKey, timeoutMs, constraintField, onNotice });
  }
  const name = await embeddedName(model);
  let opening: Promise<Model> | undefined;
  const open = async (): Promise<Model> => {
    const path = await resolveWeights(model, { env, onNotice, onProgress: observer.onDownload });
    return llamaCpp({ path, name, contextSize: choice.contextSize, onNotice });
  };
  return {
    name,
    defaultConcurrency: embeddedConcurrency(cpuThreads()),
    outputForm: "tagged",
    call: async (call, context) => (await (opening ??= open())).call(call, context),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
}
