import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { findModel } from "../models/weights/find-model.ts";
import { resolveWeights } from "../models/weights/weights.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { findPython } from "../python/find-python.ts";
import { namesGguf } from "./base-model.ts";
import type { TrainContext } from "./plan-training.ts";
import { runTrainingTool } from "./run-training-tool.ts";
import type { TrainConfig } from "./train-config.ts";
import { ggufName, trainRecordName, type TrainRecord } from "./train-record.ts";

/**
 * Writes the trained weights as a GGUF file into the model's folder, if that is asked for and it is
 * not there. Metadata and tokenizer are those of the base model's GGUF.
 * @throws UsageError when the file is of another model, or cannot be fetched. The trained model
 * stays.
 */
export async function addGguf(config: TrainConfig, record: TrainRecord, context: TrainContext): Promise<TrainRecord> {
  const name = ggufName(config.ggufType);
  if (config.gguf === false) return record;
  if (!existsSync(join(config.out, name))) await writeGguf(name, baseOf(config.gguf, config), config, context);
  if (record.gguf === name) return record;
  const written: TrainRecord = { ...record, gguf: name };
  await writeAtomically(join(config.out, trainRecordName), [`${JSON.stringify(written, null, 2)}\n`]);
  return written;
}

const baseOf = (gguf: string | true, { model }: Pick<TrainConfig, "model">): string => (gguf === true ? model : gguf);

/**
 * Refuses a GGUF that could not be written after the training.
 * @throws UsageError when no GGUF of the base model is named, or it is not there.
 */
export function refuseMissingGguf(config: TrainConfig): void {
  if (config.gguf === false || existsSync(join(config.out, ggufName(config.ggufType)))) return;
  const base = baseOf(config.gguf, config);
  if (!namesGguf(base))
    throw new UsageError(
      `--gguf: a GGUF takes metadata and tokenizer from a GGUF of the base model, and ${base} is none. Name one: --gguf <file.gguf or named embedded model>.`,
    );
  if (findModel(base) === undefined && !existsSync(base)) throw new UsageError(`--gguf: there is no file ${base}.`);
}

async function writeGguf(name: string, named: string, config: TrainConfig, context: TrainContext): Promise<void> {
  const { env, signal, onNotice, onDownload, onEvent } = context;
  const base = resolve(await resolveWeights(named, { env, onNotice, onProgress: onDownload }));
  const python = findPython({ named: config.python, env });
  const out = resolve(config.out);
  const work = join(out, "gguf.part");
  await mkdir(work, { recursive: true });
  onNotice("Writing the GGUF");
  const settings = { base, folder: out, result: join(work, name), type: config.ggufType };
  const end = await runTrainingTool({
    python,
    name: "write_gguf.py",
    settings,
    folder: work,
    env,
    signal,
    onEvent: (event) => onEvent?.(event),
  });
  signal?.throwIfAborted();
  if (end.state === "failed") throw new UsageError(`${config.out} is trained, and its GGUF could not be written. ${end.cause}`);
  await rename(join(work, name), join(out, name));
  await rm(work, { recursive: true, force: true });
}
