import { createHash } from "node:crypto";
import { UsageError } from "../errors.ts";
import { openExportedRun, type ExportedRow } from "../exports/exported-row.ts";
import { divideRows, sharedRows, type DividedRows, type HeldOut } from "../exports/held-out.ts";
import { rowWriter } from "../exports/row-writer.ts";
import { trl } from "../exports/trainers/trl.ts";
import { inVariant, type Variant } from "../exports/variant.ts";
import { messages } from "../datasets/formats/messages.ts";
import { digestOfFile } from "../hub/digest.ts";
import { isMasked, isResponse } from "../records/message.ts";
import { textSetting } from "../runs/manifest.ts";
import { runFiles } from "../runs/run-files.ts";
import { counted } from "../texts/number-text.ts";
import type { TrainConfig } from "./train-config.ts";
import type { TrainVariant } from "./train-record.ts";

/** Rows on which the loss is measured while the model is trained. */
const probeRows = 16;

/** The rows of a training, as lines of JSON that prepare.py reads. */
export interface TrainingRows {
  readonly lines: readonly string[];
  readonly dataset: string;
  readonly generator: string;
  readonly trained: number;
  readonly heldOut: number;
  /** Ids of the rows to train on, sorted. */
  readonly trainedIds: readonly string[];
  /** Hash of `trainedIds`. */
  readonly ids: string;
  readonly keptOriginal: number;
  readonly leftOutByMark: number;
  readonly notInOthers: number;
  /** Rows on which the loss is measured. They are held out, unless no row is. */
  readonly probe: number;
  /** Hash of their ids. */
  readonly probeIds: string;
  /** Whether the rows of the probe are trained on too. */
  readonly isProbeTrained: boolean;
}

/**
 * Reads the rows that a variant is trained on. They are the finished rows whose responses are new,
 * without those held out, in the order of their ids. So all variants are trained on the same rows
 * in the same order.
 * @throws UsageError when the folder holds no run, or no row is left.
 */
export async function trainingRows(config: TrainConfig): Promise<TrainingRows> {
  const { run: folder, heldOut: share, splitSeed: seed, sameRowsAs } = config;
  await using run = await openExportedRun(folder);
  const divided = divideRows(run, { share, seed });
  const shared = sharedRows(divided, await Promise.all(sameRowsAs.map((other) => dividedRowsOf(other, { share, seed }))));
  const trained = shared.trained.toSorted(byId);
  const heldOut = shared.heldOut.toSorted(byId);
  if (trained.length === 0) {
    const { keptOriginal, byMark } = divided.leftOut;
    throw new UsageError(
      `No row of ${folder} is left to train on: ${counted(keptOriginal, "row keeps", "rows keep")} the original response, ${counted(byMark, "is", "are")} marked drop, ${counted(divided.heldOut.length, "is", "are")} held out. sysgen status ${folder} says what became of the rows.`,
    );
  }
  const isProbeTrained = heldOut.length === 0;
  const probe = (isProbeTrained ? trained : heldOut).slice(0, probeRows);
  const line = lineWriter(variantOf(config));
  const trainedIds = trained.map(({ id }) => id);
  return {
    lines: [...trained.map((row) => line(row, "train")), ...probe.map((row) => line(row, "probe"))],
    dataset: await digestOfFile(runFiles(folder).dataset, "sha256"),
    generator: textSetting(run.opened.manifest, "model") ?? "",
    trained: trained.length,
    heldOut: heldOut.length,
    trainedIds,
    ids: hashOfIds(trainedIds),
    keptOriginal: divided.leftOut.keptOriginal,
    leftOutByMark: divided.leftOut.byMark,
    notInOthers: divided.trained.length + divided.heldOut.length - trained.length - heldOut.length,
    probe: probe.length,
    probeIds: hashOfIds(probe.map(({ id }) => id)),
    isProbeTrained,
  };
}

/** SHA-256 of ids, a newline after each, in hex digits. */
export function hashOfIds(ids: readonly string[]): string {
  return createHash("sha256")
    .update(ids.map((id) => `${id}\n`).join(""))
    .digest("hex");
}

const variants: Readonly<Record<TrainVariant, { readonly responses: Variant["responses"]; readonly hasSystem: boolean }>> = {
  original: { responses: "original", hasSystem: false },
  common: { responses: "original", hasSystem: true },
  "s-a": { responses: "original", hasSystem: true },
  "s-a2": { responses: "new", hasSystem: true },
  a2: { responses: "new", hasSystem: false },
  kd: { responses: "new", hasSystem: true },
};

/** The texts of a variant, as an export writes them. */
export function variantOf({ variant, common }: Pick<TrainConfig, "variant" | "common">): Variant {
  const { responses, hasSystem } = variants[variant];
  const system = variant === "common" ? ({ kind: "common", text: common } as const) : ({ kind: hasSystem ? "generated" : "none" } as const);
  return { responses, system, systemRole: "system" };
}

async function dividedRowsOf(folder: string, draw: HeldOut): Promise<DividedRows> {
  await using run = await openExportedRun(folder);
  return divideRows(run, draw);
}

function byId(a: ExportedRow, b: ExportedRow): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function lineWriter(variant: Variant): (row: ExportedRow, part: "train" | "probe") => string {
  const write = rowWriter({ format: messages, variant, likeSource: false, trainer: trl, survey: { hasTools: false, multiTurn: false } });
  return (row, part) => {
    const { messages: turns, tools } = write(row);
    const parsed: unknown = typeof tools === "string" ? JSON.parse(tools) : tools;
    return JSON.stringify({
      id: row.id,
      part,
      messages: turns,
      trained: trainedTurns(row, variant),
      ...(parsed == null ? {} : { tools: parsed }),
    });
  };
}

/** Positions of the messages that the loss falls on. The run wrote their responses anew. */
function trainedTurns(row: ExportedRow, variant: Variant): number[] {
  let response = 0;
  return inVariant(row, variant).flatMap((message, at) => {
    if (!isResponse(message)) return [];
    const isNew = (row.facts.responses?.[response++] ?? "new") === "new";
    return isNew && !isMasked(message) ? [at] : [];
  });
}
