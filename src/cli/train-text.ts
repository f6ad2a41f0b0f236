import { counted, duration, thousands } from "../texts/number-text.ts";
import { planNotices } from "../training/plan-notices.ts";
import type { TrainingPlan } from "../training/plan-training.ts";
import type { TrainRecord } from "../training/train-record.ts";
import { pc } from "./terminal.ts";

/** What would be trained: two rows with their trained tokens marked, rows, settings and notices. */
export function renderPlan(plan: TrainingPlan): string {
  const { config, rows, base, prepared, device, settings, steps, trainedRows } = plan;
  const { previews, report } = prepared;
  const epochs = settings.keptEpoch === settings.epochs ? `${settings.epochs}` : `${settings.keptEpoch} of ${settings.epochs} scheduled`;
  const lora = settings.lora === undefined ? "all weights" : `LoRA, rank ${settings.lora.rank}`;
  return [
    ...previews.flatMap(({ id, pieces, tokens, trained }) => [
      `${pc.bold(id)}  ${pc.dim(`${thousands(tokens)} tokens, ${thousands(trained)} of them trained, which are marked`)}`,
      pieces.map(({ text, trained: isTrained }) => (isTrained ? `[[${pc.green(text)}]]` : text)).join(""),
    ]),
    `${pc.bold("model")}     ${base.name}, ${device.name}`,
    `${pc.bold("variant")}   ${config.variant} of ${config.run}${config.preset === undefined ? "" : ", preset paper"}`,
    `${pc.bold("rows")}      ${counted(trainedRows, "row")} (${thousands(report.trainedTokens)} trained tokens), ${thousands(rows.heldOut)} held out${leftOut(plan)}`,
    `${pc.bold("settings")}  ${lora}, learning rate ${settings.learningRate}, ${settings.batchSize} x ${settings.accumulation} rows a step, ${settings.maxLength} tokens, ${settings.dtype}, epochs ${epochs}`,
    `${pc.bold("steps")}     ${thousands(steps)}`,
    ...planNotices(plan).map((notice) => pc.yellow(`note: ${notice}`)),
    "",
  ].join("\n");
}

function leftOut({ rows }: TrainingPlan): string {
  const parts = [
    ...(rows.keptOriginal > 0 ? [`${thousands(rows.keptOriginal)} left out that keep the original response`] : []),
    ...(rows.leftOutByMark > 0 ? [`${thousands(rows.leftOutByMark)} left out that are marked drop`] : []),
  ];
  return parts.map((part) => `, ${part}`).join("");
}

/** How a training ended. */
export function renderTraining(record: TrainRecord, out: string): string {
  const { state, cause, steps, seconds, probe, gguf } = record;
  const [first, last] = [probe.at(0), probe.at(-1)];
  const loss = first === undefined || last === undefined ? "" : `, loss on the probe ${first.loss.toFixed(3)} -> ${last.loss.toFixed(3)}`;
  const line = `${counted(steps, "step")} in ${duration(seconds)}${loss}`;
  if (state !== "done") return `${state === "stopped" ? pc.yellow("stopped") : pc.red("failed")}  ${line}\n${cause ?? ""}\n`;
  return [
    `${pc.bold("model")}   ${out}  (${line})`,
    ...(gguf === undefined ? [] : [`${pc.bold("gguf")}    ${out}/${gguf}`]),
    `${pc.bold("record")}  ${out}/train.json`,
    "",
  ].join("\n");
}
