import { existsSync, statSync } from "node:fs";
import { messageOf } from "../errors.ts";
import { freeMemory } from "../models/embedded/free-memory.ts";
import { engineCure, importEngine } from "../models/embedded/import-engine.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { catalog } from "../models/weights/catalog.ts";
import { findModel } from "../models/weights/find-model.ts";
import { cachedPath } from "../models/weights/weights.ts";
import type { Environment } from "../platform/environment.ts";
import { failed, ok, warning, type Check } from "./check.ts";

/** What a model in process needs. The model is not loaded. */
export async function checkEmbedded({ model }: ModelChoice, env: Environment): Promise<Check[]> {
  const weights = findModel(model);
  const path = weights === undefined ? model : cachedPath(weights, env);
  const known = catalog.find(({ name }) => name === model);
  // A file that is not in the catalogue needs its own size, and some for the context.
  const needed = known === undefined ? (existsSync(path) ? 1.2 * statSync(path).size : undefined) : known.memoryGB * 1e9;
  return [await checkEngine(env), checkWeights(model, path, known?.bytes), checkMemory(needed, freeMemory())];
}

async function checkEngine(env: Environment): Promise<Check> {
  try {
    await importEngine(env);
    return ok("engine", "node-llama-cpp is installed");
  } catch (error) {
    const why = error instanceof Error && error.cause !== undefined ? `cannot be loaded (${messageOf(error.cause)})` : "is not installed";
    return failed("engine", `node-llama-cpp ${why}`, engineCure(env));
  }
}

function checkWeights(model: string, path: string, bytes: number | undefined): Check {
  if (existsSync(path)) return ok("weights", path);
  const size = bytes === undefined ? "" : ` (${Math.round(bytes / 1e6)} MB)`;
  return warning("weights", `not on disk yet${size}: the first call fetches them`, `Fetch them now: sysgen models pull ${model}`);
}

function checkMemory(needed: number | undefined, free: number): Check {
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  if (needed === undefined) return ok("memory", `${gigabytes(free)} free; what the model needs is not known before it is on disk`);
  const found = `${gigabytes(free)} free, and the model needs ${gigabytes(needed)}`;
  return needed <= free ? ok("memory", found) : failed("memory", found, "Choose a smaller model (sysgen models), or free some memory.");
}
