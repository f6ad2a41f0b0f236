import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { UsageError, messageOf } from "../errors.ts";
import { digestOfFile } from "../hub/digest.ts";
import { weightsHash } from "../models/weights/weights-hash.ts";
import type { TrainConfig } from "./train-config.ts";
import type { TrainingRows } from "./training-rows.ts";

/** What a training is known by, which is its options and the hashes of its inputs. */
export type TrainingIdentity = Readonly<Record<string, unknown>>;

/** Options that change nothing of what the weights become. */
const besides = new Set(["run", "out", "python", "gguf", "ggufType", "saveSeconds"]);

/** How a change of an input is told. */
const changedInputs: Readonly<Record<string, string>> = {
  dataset: "the run's dataset.jsonl has changed",
  rows: "the rows to train on are others, by marks or --same-rows-as",
  probe: "the rows to measure the loss on are others",
  weights: "the weights of --model have changed",
  template: "the file of --chat-template has changed",
};

/**
 * What the training is known by. Weights on the hub are known by their name and revision, as those
 * of a named embedded model.
 * @throws UsageError when the file of `--chat-template` cannot be read.
 */
export async function trainingIdentity(config: TrainConfig, rows: TrainingRows, signal?: AbortSignal): Promise<TrainingIdentity> {
  const { model, chatTemplate } = config;
  const weights = await localWeights(model, signal);
  return {
    ...Object.fromEntries(Object.entries(config).filter(([name]) => !besides.has(name))),
    dataset: rows.dataset,
    rows: rows.ids,
    probe: rows.probeIds,
    ...(weights === undefined ? {} : { weights }),
    ...(chatTemplate === undefined ? {} : { template: await templateHash(chatTemplate, signal) }),
  };
}

async function localWeights(model: string, signal?: AbortSignal): Promise<string | undefined> {
  if (existsSync(join(model, "config.json"))) return weightsHash(model, signal);
  return model.endsWith(".gguf") && existsSync(model) ? digestOfFile(model, "sha256", signal) : undefined;
}

async function templateHash(path: string, signal?: AbortSignal): Promise<string> {
  try {
    return await digestOfFile(path, "sha256", signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new UsageError(`Cannot read --chat-template ${path}: ${messageOf(error)}. It takes a file with a Jinja template.`);
  }
}

/**
 * How a training differs from one before, in words. An input counts if it is known of both. The
 * weights may be gone since, and earlier versions noted only the dataset.
 */
export function differences(before: TrainingIdentity, now: TrainingIdentity): string[] {
  const given = plain(now);
  return [...new Set([...Object.keys(before), ...Object.keys(given)])].flatMap((name) => {
    const [was, is] = [before[name], given[name]];
    const input = changedInputs[name];
    if (isDeepStrictEqual(was, is) || (input !== undefined && (was === undefined || is === undefined))) return [];
    return [input ?? `${name} was ${shown(was)} and is ${shown(is)}`];
  });
}

/** As it is after it was written and read. */
function plain(known: TrainingIdentity): TrainingIdentity {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(known)));
}

function shown(value: unknown): string {
  const text = value === undefined ? "not given" : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
