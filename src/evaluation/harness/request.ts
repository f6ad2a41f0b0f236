import { hash } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { isOffline, sysgenCacheFolder, type Environment } from "../../platform/environment.ts";
import { hasChatTemplate, type HarnessModel } from "./model.ts";
import type { HarnessTask } from "./tasks.ts";

/** How a task is run. */
export interface HarnessSettings {
  /** Worked examples before each question. Default the task's own. */
  readonly shots?: number | undefined;
  /** Items of the task, or of each part of a group such as MMLU. Default all. */
  readonly limit?: number | undefined;
  /** Of the worked examples, and of the order of choices in GPQA. */
  readonly seed: number;
  /** The folder of datasets laid out like the hub. An absolute path. Default the hub. */
  readonly dataRoot?: string | undefined;
  /** Calls at once that a server gets. */
  readonly concurrency: number;
  /** How long a server may take for one call. */
  readonly timeoutMs: number;
}

/** What the harness is asked to do. */
export interface HarnessRequest {
  /** The settings file of `lm-eval run --config`, without places. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Another result belongs to each key. */
  readonly key: string;
}

/** What of the machine decides how the harness works. */
export interface HarnessMachine {
  /** Of `lm-eval` and what it stands on, by package. */
  readonly versions: Readonly<Record<string, string>>;
  /** `cuda`, `mps` or `cpu`. Does not matter to a server. */
  readonly device: string;
}

/**
 * The request for a task. What the result depends on is in its key. These are task, examples,
 * limit, seed, the model's content, the dataset's content and the version of the harness. Where the
 * model lies and how many calls are made at once is not.
 * @param data The hash of the dataset's files, for a data root.
 */
export async function requestFor(
  task: HarnessTask,
  model: HarnessModel,
  settings: HarnessSettings,
  machine: HarnessMachine,
  data: string | undefined,
): Promise<HarnessRequest> {
  const { shots = task.shots, limit, seed } = settings;
  const isChat = task.answers === "text" && (await hasChatTemplate(model));
  const asked = {
    tasks: [task.task],
    num_fewshot: shots,
    ...(limit === undefined ? {} : { limit }),
    // The harness's own seeds are 0, 1234, 1234 and 1234.
    seed: [seed, 1234 + seed, 1234 + seed, 1234 + seed],
    apply_chat_template: isChat,
  };
  const identity = {
    ...asked,
    model: model.kind === "folder" ? model.content : { name: model.model, at: model.baseUrl, tokenizer: model.tokenizer },
    data,
    version: machine.versions["lm-eval"],
  };
  return {
    config: { ...asked, log_samples: true, ...modelConfig(model, isChat, settings, machine) },
    key: hash("sha256", JSON.stringify(identity)).slice(0, 12),
  };
}

function modelConfig(
  model: HarnessModel,
  isChat: boolean,
  { concurrency, timeoutMs }: HarnessSettings,
  { device }: HarnessMachine,
): Readonly<Record<string, unknown>> {
  if (model.kind === "folder")
    // A batch size that the harness finds by trying is for graphics memory alone.
    return {
      model: "hf",
      model_args: { pretrained: model.folder, dtype: "auto" },
      device,
      batch_size: device === "cuda" ? "auto" : 1,
    };
  const base = model.baseUrl.replace(/\/+$/, "");
  const common = { model: model.model, num_concurrent: concurrency, max_retries: 5, timeout: Math.ceil(timeoutMs / 1000) };
  if (isChat) return { model: "local-chat-completions", model_args: { ...common, base_url: `${base}/chat/completions` }, batch_size: 1 };
  return {
    model: "local-completions",
    model_args: {
      ...common,
      base_url: `${base}/completions`,
      ...(model.tokenizer === undefined ? {} : { tokenizer_backend: "huggingface", tokenizer: fromAnyFolder(model.tokenizer) }),
    },
    batch_size: 1,
  };
}

/** An absolute path of a folder, because the harness is started in another. A hub name stays. */
function fromAnyFolder(tokenizer: string): string {
  return existsSync(tokenizer) ? resolve(tokenizer) : tokenizer;
}

/**
 * The environment of the harness's process.
 * @param data The hash of the dataset's files, for a data root.
 */
export function harnessEnvironment(
  env: Environment,
  task: HarnessTask,
  model: HarnessModel,
  { seed }: HarnessSettings,
  data: string | undefined,
): Environment {
  return {
    ...env,
    TQDM_MININTERVAL: "1",
    TOKENIZERS_PARALLELISM: "false",
    HF_HUB_DISABLE_TELEMETRY: "1",
    ...(data === undefined ? {} : dataRootEnvironment(env, task.isShuffled === true ? `${data}-${seed}` : data)),
    ...(isOffline(env) ? { HF_HUB_OFFLINE: "1" } : {}),
    // The harness takes the key from here, and from no setting.
    OPENAI_API_KEY: model.kind === "server" ? (model.apiKey ?? "EMPTY") : "",
  };
}

/**
 * `datasets` 5.2 prepares a dataset once for a folder's name, and reads the old rows when the files
 * change or another root has the same names. So each content has a cache of its own. A dataset that
 * the root lacks is an error, and is not fetched from the hub.
 */
function dataRootEnvironment(env: Environment, content: string): Environment {
  const name = hash("sha256", content).slice(0, 12);
  return { HF_DATASETS_OFFLINE: "1", HF_DATASETS_CACHE: join(sysgenCacheFolder(env), "datasets", name) };
}

/** Where the harness writes. The stem of the file's name is its own choice. */
export function resultsPath(folder: string): string {
  return join(folder, "results.json");
}
