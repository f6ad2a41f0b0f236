import { z } from "zod";
import { obedienceSchema } from "./obedience.ts";
import type { Tag } from "../records/system-message/phrase.ts";
import { rankedHigher } from "../statistics/ranking.ts";
import { equalErrorLine } from "../statistics/equal-error-line.ts";

/** The judge's score of a phrase, the log-odds that it fits. */
export interface ScoredPhrase {
  readonly tag: Tag;
  readonly score: number;
}

/** The scores of a row's message and of its phrases. */
export interface ScoredMessage {
  readonly message: number;
  readonly phrases: readonly ScoredPhrase[];
}

export const calibrationSchema = z.object({
  /** Rows of the draw whose phrases were asked about. */
  rows: z.number(),
  /** Phrases that were asked about, with their own instruction and with another row's. */
  phrases: z.object({ own: z.number(), foreign: z.number() }),
  /** Log-odds at and above which a phrase is good, for a tag without a line of its own. */
  line: z.number(),
  tagLines: z.record(z.string(), z.number()),
  /** Log-odds of a whole message below which it looks foreign. Undefined without a calibration. */
  messageLine: z.number().optional(),
  /** The same for a message that looks foreign beyond doubt, so that its row is dropped. */
  dropLine: z.number().optional(),
  /**
   * How often a phrase scores higher with its own instruction than another with a foreign one, from
   * 0 to 1. Undefined if there was nothing to compare.
   */
  phraseAuc: z.number().optional(),
  /** The same for whole messages. */
  messageAuc: z.number().optional(),
  /** Share of own phrases at or above their line. */
  ownKept: z.number().optional(),
  /** Share of foreign phrases below their line. */
  foreignRemoved: z.number().optional(),
  /**
   * Most rows that the budget allowed to draw. Undefined if it allowed all. A larger budget draws
   * the lines anew.
   */
  drawLimit: z.number().optional(),
  /** Where the line of obedience lies. Undefined if no response was checked (`respond.check`). */
  obedience: obedienceSchema.optional(),
});

/**
 * Where a run's judge draws its lines. They lie where the phrases of a draw of rows are told apart
 * best from the same phrases under another row's instruction. No label is needed.
 */
export type Calibration = Readonly<z.infer<typeof calibrationSchema>>;

/** The calibration of a run whose draw holds nothing to compare. No message looks foreign. */
export const uncalibrated: Calibration = {
  rows: 0,
  phrases: { own: 0, foreign: 0 },
  line: 0,
  tagLines: {},
};

/** Below these values the judge knows little, and the user is told so. */
export const leastAuc = { phrase: 0.7, message: 0.9 } as const;

/** A judge that tells phrases apart no better than this removes none. */
const coin = 0.6;
/** A judge that tells whole messages apart no better than this has none written again. */
const guessing = 0.75;
/** A tag gets a line of its own from this many own phrases on. */
const enoughPhrases = 10;
/** A tag's own line counts as much as the line of all phrases at this many phrases. */
const priorPhrases = 20;

/**
 * The lines of a draw.
 * @param own Each row's message, scored with the row's own conversation.
 * @param foreign The same messages, each scored with the conversation of another row.
 * @param tags The tags that may get lines of their own, in canonical order.
 */
export function calibrate(own: readonly ScoredMessage[], foreign: readonly ScoredMessage[], tags: readonly Tag[]): Calibration {
  const rows = Math.min(own.length, foreign.length);
  if (rows < 2) return uncalibrated;
  const ownPhrases = own.flatMap(({ phrases }) => phrases);
  const foreignPhrases = foreign.flatMap(({ phrases }) => phrases);
  const line = equalErrorLine(scores(foreignPhrases), scores(ownPhrases));
  const tagLines = Object.fromEntries(
    tags.flatMap((tag) => {
      const [ofOwn, ofForeign] = [ownPhrases, foreignPhrases].map((all) => scores(all.filter((phrase) => phrase.tag === tag)));
      if (ofOwn === undefined || ofForeign === undefined || Math.min(ofOwn.length, ofForeign.length) < enoughPhrases) return [];
      const weight = ofOwn.length / (ofOwn.length + priorPhrases);
      return [[tag, down(weight * equalErrorLine(ofForeign, ofOwn) + (1 - weight) * line)] as const];
    }),
  );
  const lines = { line: down(line), tagLines };
  const above = (phrases: readonly ScoredPhrase[]): number[] => phrases.map((phrase) => aboveLine(lines, phrase));
  const ownMessages = own.map(({ message }) => message);
  const foreignMessages = foreign.map(({ message }) => message);
  return {
    rows,
    phrases: { own: ownPhrases.length, foreign: foreignPhrases.length },
    ...lines,
    messageLine: down(equalErrorLine(foreignMessages, ownMessages)),
    dropLine: down(mean(foreignMessages)),
    phraseAuc: round(rankedHigher(above(ownPhrases), above(foreignPhrases))),
    messageAuc: round(rankedHigher(ownMessages, foreignMessages)),
    ownKept: round(share(above(ownPhrases), (score) => score >= 0)),
    foreignRemoved: round(share(above(foreignPhrases), (score) => score < 0)),
  };
}

/** How far a phrase's score lies above its line. 0 and above is good. */
export function aboveLine({ line, tagLines }: Pick<Calibration, "line" | "tagLines">, { tag, score }: ScoredPhrase): number {
  return score - (tagLines[tag] ?? line);
}

/** Whether the judge can tell phrases apart, so that its verdict may remove one. */
export function mayRemove({ phraseAuc }: Calibration): boolean {
  return phraseAuc === undefined || phraseAuc >= coin;
}

/** How a whole message looks to the judge. */
export type Looks = "own" | "doubtful" | "foreign";

/**
 * How a message of this score looks. Without a score or a calibration it looks like the row's own,
 * and so it does to a judge that guesses.
 */
export function looks({ messageLine, dropLine, messageAuc = 0 }: Calibration, score: number | undefined): Looks {
  if (score === undefined || messageLine === undefined || dropLine === undefined || messageAuc < guessing) return "own";
  if (score >= messageLine) return "own";
  return score < dropLine ? "foreign" : "doubtful";
}

/** Whether the judge tells whole messages apart well enough to drop a row on its word. */
export function mayDrop({ messageAuc = 0 }: Calibration): boolean {
  return messageAuc >= leastAuc.message;
}

function scores(phrases: readonly ScoredPhrase[]): number[] {
  return phrases.map(({ score }) => score);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function share(values: readonly number[], matches: (value: number) => boolean): number {
  return values.filter(matches).length / Math.max(1, values.length);
}

/** Rounds a line down, so that a score which lies on the line is not below it. */
function down(value: number): number {
  return Math.floor(value * 10_000) / 10_000;
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
