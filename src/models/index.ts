import type { Progress } from "../hub/download.ts";
import type { Environment } from "../platform/environment.ts";
import { likelyCalls, type EmbeddedSettings } from "./embedded/layout.ts";
import { cpuThreads } from "./embedded/cpu-threads.ts";
import type { EndpointLoad } from "./pool/endpoint-load.ts";
import type { Model } from "./model.ts";
import type { OpenedBudget } from "./spending/open-budget.ts";
import { addressOfServer, openAiCompatible } from "./openai/openai-compatible.ts";
import { outputFormOf, type ConstraintField } from "./openai/wire.ts";
import type { Ceiling } from "./pool/ceiling.ts";
import { endpointPool, type PoolFailure } from "./pool/endpoint-pool.ts";
import { embeddedName, resolveWeights } from "./weights/weights.ts";
import { withBudget } from "./spending/with-budget.ts";
import { keepIn, withKeeping, type Journal, type JournalEntry } from "./with-journal.ts";

export interface ModelChoice {
  /** A name on the servers; or an embedded model's name or path when there are none. */
  readonly model: string;
  readonly baseUrls: readonly string[];
  readonly apiKeyEnv: string;
  readonly constraintField: ConstraintField;
  readonly timeoutMs: number;
  readonly contextSize: number | undefined;
  readonly embedded: EmbeddedSettings;
  /** Calls at once, over all servers; undefined: found by trying. */
  readonly concurrency: number | undefined;
  /** The user's own limits, of each server. */
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
}

export interface OpenModelOptions {
  readonly env: Environment;
  readonly journal: Journal;
  readonly ceiling: Ceiling;
  readonly budget: OpenedBudget | undefined;
  readonly observer: {
    readonly onPaid?: (entry: JournalEntry) => void;
    readonly onNotice?: (text: string) => void;
    readonly onDownload?: (progress: Progress) => void;
    readonly onCallFailed?: (failure: PoolFailure) => void;
    readonly onLoad?: (load: EndpointLoad) => void;
  };
}

/**
 * What of a model decides the data, known before it is opened.
 * @throws UsageError when a base URL is none.
 */
export async function identifyModel({ model, baseUrls, constraintField }: ModelChoice): Promise<Pick<Model, "name" | "outputForm">> {
  if (baseUrls.length === 0) return { name: await embeddedName(model), outputForm: "tagged" };
  baseUrls.forEach(addressOfServer);
  return { name: model, outputForm: outputFormOf(constraintField) };
}

/** Calls at once to reckon with before anything was tried. */
export function likelyConcurrency({ concurrency, baseUrls, embedded }: ModelChoice): number {
  return concurrency ?? (baseUrls.length > 0 ? 32 * baseUrls.length : likelyCalls(cpuThreads(), embedded));
}

/** The backend that a choice means. What it answers is in the journal before anyone reads it. An embedded model is fetched and loaded at its first call, so that a finished run needs none. */
export async function openModel(choice: ModelChoice, options: OpenModelOptions): Promise<Model> {
  return choice.baseUrls.length > 0 ? openServers(choice, options) : openEmbedded(choice, options);
}

function openServers(choice: ModelChoice, options: OpenModelOptions): Model {
  const { env, ceiling, observer } = options;
  const { model, timeoutMs, constraintField } = choice;
  const apiKey = env[choice.apiKeyEnv]?.trim() || undefined;
  // Servers of the same weights teach the same lessons.
  const said = new Set<string>();
  const onNotice = (text: string): void => {
    if (said.has(text)) return;
    said.add(text);
    observer.onNotice?.(text);
  };
  const endpoints = choice.baseUrls.map((baseUrl) => {
    const server = openAiCompatible({ model, baseUrl, apiKey, timeoutMs, constraintField, onNotice });
    return { address: addressOfServer(baseUrl), model: limited(server, options) };
  });
  const keep = keepIn(options.journal, observer.onPaid);
  return endpointPool({ ...observer, endpoints, ceiling, pace: choice, keep, onNotice: observer.onNotice ?? (() => {}) });
}

/** A backend whose calls are within the budget. */
function limited(model: Model, { budget }: OpenModelOptions): Model {
  return budget ? withBudget(model, budget.budget, budget.priceOf(model.name)) : model;
}

async function openEmbedded(choice: ModelChoice, options: OpenModelOptions): Promise<Model> {
  const { env, observer } = options;
  const onNotice = observer.onNotice ?? (() => {});
  const name = await embeddedName(choice.model);
  let opening: Promise<Model> | undefined;
  const open = async (): Promise<Model> => {
    const { llamaCppProcess } = await import("./embedded/llama-cpp-process.ts");
    const path = await resolveWeights(choice.model, { env, onNotice, onProgress: observer.onDownload });
    return llamaCppProcess({ path, name, contextSize: choice.contextSize, settings: choice.embedded, onNotice });
  };
  const openAnew = (): Promise<Model> =>
    open().catch((error: unknown) => {
      // Another call may try again.
      opening = undefined;
      throw error;
    });
  const model: Model = {
    name,
    // One more each, so that a row that is between two calls leaves no context idle.
    rowsAtOnce: 2 * likelyConcurrency(choice),
    outputForm: "tagged",
    call: async (call, context) => (await (opening ??= openAnew())).call(call, context),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
  return withKeeping(limited(model, options), keepIn(options.journal, observer.onPaid));
}
