import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { digestOfFile } from "../hub/digest.ts";
import type { Progress } from "../hub/download.ts";
import { isRepoName } from "../hub/reference.ts";
import { findModel } from "../models/weights/find-model.ts";
import { embeddedName, resolveWeights } from "../models/weights/weights.ts";
import { sysgenCacheFolder, type Environment } from "../platform/environment.ts";
import { waitForLock } from "../platform/wait-for-lock.ts";
import { runTrainingTool } from "./run-training-tool.ts";

/** A model that can be trained. */
export interface BaseModel {
  readonly name: string;
  /** A folder of Hugging Face, or an id of the hub. */
  readonly source: string;
  readonly revision?: string;
  /** The GGUF file that the folder was made of. */
  readonly gguf?: string;
}

export interface BaseModelOptions {
  readonly python: string;
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
  readonly onNotice: (text: string) => void;
  readonly onDownload?: ((progress: Progress) => void) | undefined;
}

/**
 * The model that `--model` names. Weights of a GGUF file are written as a folder of Hugging Face
 * into the cache, once for each file.
 * @throws UsageError when it is none of the things that a model can be.
 */
export async function baseModel(name: string, options: BaseModelOptions): Promise<BaseModel> {
  if (existsSync(join(name, "config.json"))) return { name, source: resolve(name) };
  if (namesGguf(name)) return converted(name, options);
  const [, repo = "", revision] = /^(?:hf:)?([^@]+)(?:@(.+))?$/.exec(name) ?? [];
  if (repo.includes("/") && isRepoName(repo) && !existsSync(name))
    return { name: repo, source: repo, ...(revision === undefined ? {} : { revision }) };
  throw new UsageError(
    `Cannot train "${name}": expected a folder with config.json, an id of the hub such as Qwen/Qwen2.5-0.5B-Instruct, a named embedded model (sysgen models) or a .gguf file.`,
  );
}

/** Whether a name is that of a GGUF file or of an embedded model, which is one. */
export function namesGguf(name: string): boolean {
  return name.endsWith(".gguf") || (!name.startsWith("hf:") && findModel(name) !== undefined);
}

async function converted(name: string, { python, env, signal, onNotice, onDownload }: BaseModelOptions): Promise<BaseModel> {
  const shown = await embeddedName(name);
  const gguf = resolve(await resolveWeights(name, { env, onNotice, onProgress: onDownload, signal }));
  const digest = await digestOfFile(gguf, "sha256", signal);
  const folder = join(sysgenCacheFolder(env), "trainable", digest.slice(0, 16));
  if (existsSync(join(folder, "config.json"))) return { name: shown, source: folder, gguf };
  await mkdir(dirname(folder), { recursive: true });
  using _lock = await waitForLock(`${folder}.lock`, {
    signal,
    onWait: () => onNotice(`Another process writes ${folder}; waiting for it.`),
  });
  if (existsSync(join(folder, "config.json"))) return { name: shown, source: folder, gguf };
  onNotice(`Writing ${shown} as a folder that can be trained, once: ${folder}`);
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const settings = { gguf, result: join(work, "model") };
  const end = await runTrainingTool({ python, name: "convert_gguf.py", settings, folder: work, env, signal, onEvent: () => {} });
  signal?.throwIfAborted();
  if (end.state === "failed") throw new UsageError(`${gguf} cannot be made trainable. ${end.cause}`);
  await rename(join(work, "model"), folder);
  await rm(work, { recursive: true, force: true });
  return { name: shown, source: folder, gguf };
}
