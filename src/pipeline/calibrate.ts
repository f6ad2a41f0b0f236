import { hash } from "node:crypto";
import type { DatasetEntry } from "../datasets/index.ts";
import { calibrate, type Calibration, type ScoredMessage } from "../phases/calibration.ts";
import { askFit, askScores, type FitContext, type MessageScores } from "../phases/fit.ts";
import type { StepContext } from "../phases/step.ts";
import type { VerifySettings } from "../phases/verify.ts";
import type { Example } from "../records/example.ts";
import type { Phrase } from "../records/system-message/phrase.ts";
import { askDraw } from "./ask-draw.ts";
import { strangerOf } from "../statistics/stranger.ts";

/**
 * A row of the calibration's draw, and another one whose conversation its phrases are asked with.
 */
export interface DrawnRow {
  readonly example: Example;
  readonly stranger: Example;
}

/**
 * Pairs each row of a draw with another one. It is the next one of the same source, or the next one
 * of all if the source has no other. The source is the row's file or its column `source`.
 * @param entries The rows of the draw that have an example, in the order of the draw.
 */
export function pairRows(entries: readonly (Pick<DatasetEntry, "file"> & { readonly example: Example })[]): DrawnRow[] {
  const isStranger = (entry: { readonly example: Example }, other: { readonly example: Example }): boolean =>
    promptOf(entry.example) !== promptOf(other.example);
  return entries.flatMap(({ example }, place) => {
    const stranger = strangerOf(entries, place, { groupOf: sourceOf, isStranger });
    return stranger === undefined ? [] : [{ example, stranger: stranger.example }];
  });
}

function sourceOf({ file, example }: Pick<DatasetEntry, "file"> & { readonly example: Example }): string {
  const { source } = example.columns;
  return `${file ?? ""}\0${typeof source === "string" ? source : ""}`;
}

function promptOf({ messages }: Example): string {
  return hash("sha1", messages.map(({ role, content }) => (role === "user" ? content : "")).join("\n"), "base64url");
}

export interface CalibrateOptions {
  readonly settings: VerifySettings;
  /** The phrases of a row's message, as the row's own road makes them. */
  readonly message: (example: Example) => Promise<readonly Phrase[]>;
  /** For what the row's own road asks too. The journal answers it there. */
  readonly own: FitContext;
  readonly foreign: StepContext;
  /** The judge is through with a row of the draw. */
  readonly onRowAsked?: () => void;
}

/**
 * Asks the judge about the phrases of a draw of rows, once with their own conversation and once
 * with another row's, and draws the lines where the two are told apart best.
 * @throws as `askDraw`.
 */
export async function calibrateOn(draw: readonly DrawnRow[], options: CalibrateOptions): Promise<Calibration> {
  const usable = await askDraw(draw, (row) => scoresOf(row, options).finally(() => options.onRowAsked?.()));
  return calibrate(
    usable.map(({ own }) => own),
    usable.map(({ foreign }) => foreign),
    options.own.tags.names,
  );
}

interface RowScores {
  readonly own: ScoredMessage;
  readonly foreign: ScoredMessage;
}

async function scoresOf(
  { example, stranger }: DrawnRow,
  { settings, message, own, foreign }: CalibrateOptions,
): Promise<RowScores | undefined> {
  const phrases = await message(example);
  const [ofOwn, ofForeign] = await Promise.all([askFit(example, phrases, settings, own), askScores(stranger, phrases, settings, foreign)]);
  const isWished = ofOwn.phrases.map((phrase) => phrase.isWished);
  const scored = {
    own: scoredMessage(phrases, { message: ofOwn.message, phrases: ofOwn.phrases.map(({ score }) => score) }, isWished),
    foreign: scoredMessage(phrases, ofForeign, isWished),
  };
  return scored.own && scored.foreign && { own: scored.own, foreign: scored.foreign };
}

/**
 * The scores without those of phrases that the operator wishes, which fit every row alike.
 * @returns undefined if the answer about the message or all answers about phrases could not be read
 */
function scoredMessage(
  phrases: readonly Phrase[],
  { message, phrases: scores }: MessageScores,
  isWished: readonly boolean[],
): ScoredMessage | undefined {
  const known = phrases.flatMap(({ tag }, index) => {
    const score = scores[index];
    return score === undefined || isWished[index] ? [] : [{ tag, score }];
  });
  return message === undefined || known.length === 0 ? undefined : { message, phrases: known };
}
