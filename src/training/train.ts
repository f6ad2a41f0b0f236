import { existsSync } from "node:fs";
import { copyFile, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { weightsHash } from "../models/weights/weights-hash.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import { packageVersion } from "../platform/version.ts";
import { lockHash } from "../python/environment-folder.ts";
import { addGguf, refuseMissingGguf } from "./add-gguf.ts";
import { planTraining, trainingFiles, type TrainContext, type TrainingPlan } from "./plan-training.ts";
import { ProbeLog } from "./probe-log.ts";
import { runTrainingTool, type TrainingToolEnd } from "./run-training-tool.ts";
import { trainConfig, type TrainOptions } from "./train-config.ts";
import { trainRecordName, type TrainRecord } from "./train-record.ts";
import { trainingIdentity } from "./training-identity.ts";
import { hashOfIds, trainingRows } from "./training-rows.ts";
import { finishedTraining, giveName, holdWorkFolder, removeLeftover } from "./work-folder.ts";

/** How often the loss on the probe is measured until the training ends, besides at its start. */
const probes = 4;

/**
 * Trains a model on a run's rows. The folder `out` appears once the model is whole. A training that
 * was stopped or killed goes on after its last checkpoint when it is called again with the same
 * options. One that is done is not made again.
 * @returns The record, also of a training that was stopped (`signal`) or failed.
 * @throws UsageError when it cannot begin. Nothing was trained then.
 */
export async function train(options: TrainOptions, context: TrainContext): Promise<TrainRecord> {
  const config = trainConfig(options);
  refuseMissingGguf(config);
  const rows = await trainingRows(config);
  const known = await trainingIdentity(config, rows, context.signal);
  const finished = await finishedTraining(config.out, known);
  if (finished !== undefined) {
    await removeLeftover(config.out);
    context.onNotice(`${config.out} holds this training already.`);
    return addGguf(config, finished, context);
  }
  using work = await holdWorkFolder(config.out, known);
  const plan = await planTraining(config, rows, work.path, context);
  context.onPlan?.(plan);
  const weights = await weightsHash(plan.prepared.folder, context.signal);
  const outcome = await trainIn(work.path, plan, context);
  const record: TrainRecord = {
    ...plannedRecord(plan, weights),
    ...outcome,
    ...(outcome.state === "done" && { weights: await weightsHash(trainingFiles(work.path).result, context.signal) }),
    options: { ...known },
    startedAt: work.startedAt,
  };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  await writeAtomically(join(work.path, trainRecordName), [text]);
  if (record.state !== "done") return record;
  await publish(work.path, config.out);
  return addGguf(config, record, context);
}

type Outcome = Pick<TrainRecord, "state" | "cause" | "steps" | "probe" | "seconds">;

const doneSchema = z.object({ step: z.number(), seconds: z.number() });

/** Runs train.py, unless an earlier process saw it through. */
async function trainIn(folder: string, plan: TrainingPlan, { env, signal, onEvent }: TrainContext): Promise<Outcome> {
  const { config, settings, prepared, device, python } = plan;
  const files = trainingFiles(folder);
  const log = new ProbeLog(files.probe);
  const probe = (): TrainRecord["probe"] => log.points.map(({ step, loss }) => ({ step, loss }));
  // The result is gone where a process was killed after it gave the model its name.
  if (existsSync(files.done) && existsSync(files.result)) {
    const { step, seconds } = doneSchema.parse(JSON.parse(await readFile(files.done, "utf8")));
    return { state: "done", steps: step, probe: probe(), seconds };
  }
  let reached = 0;
  let secondsBefore = 0;
  let begun = performance.now();
  const seconds = (): number => Math.round(secondsBefore + (performance.now() - begun) / 1000);
  const end: TrainingToolEnd = await runTrainingTool({
    python,
    name: "train.py",
    folder,
    env,
    signal,
    settings: {
      ...settings,
      folder: prepared.folder,
      tokens: files.tokens,
      tokenizer: files.tokenizer,
      checkpoints: files.checkpoints,
      result: files.result,
      device: device.kind,
      seed: config.seed,
      saveSeconds: config.saveSeconds,
      probes,
    },
    onEvent(event) {
      if (event.kind === "loaded") log.goBackTo(event.resumedAt);
      if (event.kind === "begin") {
        secondsBefore = log.points.at(-1)?.seconds ?? 0;
        begun = performance.now();
      }
      if (event.kind === "step" || event.kind === "begin") reached = event.step;
      if (event.kind === "probe") log.add({ step: event.step, loss: event.loss, seconds: seconds() });
      onEvent?.(event);
    },
  });
  const outcome = { steps: reached, probe: probe(), seconds: seconds() };
  if (end.state === "failed") return { state: "failed", cause: end.cause, ...outcome };
  if (end.state === "stopped") return { state: "stopped", cause: "The user stopped it. The same command goes on.", ...outcome };
  await writeAtomically(files.done, [JSON.stringify({ step: reached, seconds: outcome.seconds })]);
  return { state: "done", ...outcome };
}

/** What is known of a training before its first step. */
function plannedRecord(plan: TrainingPlan, weights: string): Omit<TrainRecord, keyof Outcome | "options" | "startedAt"> {
  const { config, rows, base, prepared, settings, versions, device, trainedRows } = plan;
  const dropped = new Set(prepared.report.empty);
  return {
    format: "sysgen-train/1",
    variant: config.variant,
    run: { folder: resolve(config.run), dataset: rows.dataset, generator: rows.generator },
    rows: {
      trained: trainedRows,
      heldOut: rows.heldOut,
      ids: hashOfIds(rows.trainedIds.filter((id) => !dropped.has(id))),
      keptOriginal: rows.keptOriginal,
      leftOutByMark: rows.leftOutByMark,
      notInOthers: rows.notInOthers,
      cut: prepared.report.trainCut - prepared.report.trainEmpty,
      dropped: prepared.report.trainEmpty,
    },
    model: {
      name: base.name,
      weights,
      template: prepared.template,
      ...(prepared.injects === null ? {} : { injectsDefaultSystem: prepared.injects }),
      ...(base.gguf === undefined ? {} : { gguf: base.gguf }),
    },
    systemRole: prepared.systemRole,
    ...(config.preset === undefined ? {} : { preset: config.preset }),
    settings,
    heldOut: { share: config.heldOut, seed: config.splitSeed },
    versions: { sysgen: packageVersion(), ...versions },
    lock: lockHash(),
    seed: config.seed,
    device: device.name,
  };
}

/** Gives the finished model its folder, with the records of its training. */
async function publish(work: string, out: string): Promise<void> {
  const { result, log, probe } = trainingFiles(work);
  await copyFile(log, join(result, "train.log"));
  await copyFile(probe, join(result, "probe.jsonl"));
  // The record comes last, so that a folder with one is whole.
  await copyFile(join(work, trainRecordName), join(result, trainRecordName));
  await giveName(result, out);
  await rm(work, { recursive: true, force: true });
}
