import { UsageError } from "../../errors.ts";
import { axolotl } from "./axolotl.ts";
import { llamaFactory } from "./llama-factory.ts";
import { openai } from "./openai.ts";
import type { Trainer } from "./trainer.ts";
import { trl } from "./trl.ts";

export const trainers: readonly Trainer[] = [trl, axolotl, llamaFactory, openai];

/** @throws UsageError when no trainer has that name. */
export function trainerByName(name: string): Trainer {
  const trainer = trainers.find((candidate) => candidate.name === name);
  if (trainer) return trainer;
  throw new UsageError(`Unknown trainer "${name}". Expected one of: ${trainers.map((candidate) => candidate.name).join(", ")}.`);
}

/**
 * The format to write for a trainer. It is the format that was asked for, else the trainer's first
 * format. If there are tool calls, it is the first format that holds them.
 * @throws UsageError when the trainer does not read the format, or would lose tool calls in it
 * though another of its formats keeps them.
 */
export function formatFor(trainer: Trainer, asked: string | undefined, hasTools: boolean): string {
  const able = hasTools ? trainer.toolFormats : trainer.formats;
  const format = asked ?? able[0];
  if (format !== undefined && able.includes(format)) return format;
  const what = hasTools ? "rows with tool calls" : "rows";
  throw new UsageError(`${trainer.name} does not read ${what} in the format "${format}". Expected one of: ${able.join(", ")}.`);
}
