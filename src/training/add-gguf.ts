import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import { resolveWeights } from "../models/weights/weights.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { findPython } from "../python/find-python.ts";
import type { TrainContext } from "./plan-training.ts";
import { runTrainingTool } from "./run-training-tool.ts";
import type { TrainConfig } from "./train-config.ts";
import { ggufName, trainRecordName, type TrainRecord } from "./train-record.ts";

/**
 * Writes the trained weights as a GGUF file into the model's folder, if that is asked for and it is
 * not there. Metadata and tokenizer are those of the base model's GGUF.
 * @throws UsageError when there is no such file, or it is of another model. The trained model
 * stays.
 */
export async function addGguf(config: TrainConfig, record: TrainRecord, context: TrainContext): Promise<TrainRecord> {
  const name = ggufName(config.ggufType);
  if (config.gguf === false) return record;
  const base = config.gguf === true ? record.model.gguf : config.gguf;
  if (!existsSync(join(config.out, name))) await writeGguf(name, base, config, context);
  if (record.gguf === name) return record;
  const written: TrainRecord = { ...record, gguf: name };
  await writeAtomically(join(config.out, trainRecordName), [`${JSON.stringify(written, null, 2)}\n`]);
  return written;
}

async function writeGguf(name: string, named: string | undefined, config: TrainConfig, context: TrainContext): Promise<void> {
  const { env, signal, onNotice, onDownload, onEvent } = context;
  if (named === undefined)
    throw new UsageError(
      `${config.out} is trained. A GGUF of it takes metadata and tokenizer from a GGUF of the base model, which --model does not name: --gguf <file.gguf or named embedded model>.`,
    );
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
