import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tags, type Tag } from "../records/system-message/phrase.ts";
import {
  aboveLine,
  calibrate as calibrateTags,
  calibrationSchema,
  leastAuc,
  looks,
  mayDrop,
  mayRemove,
  uncalibrated,
  type Calibration,
  type ScoredMessage,
} from "./calibration.ts";

const calibrate = (own: readonly ScoredMessage[], foreign: readonly ScoredMessage[]): Calibration => calibrateTags(own, foreign, tags);

/** A message whose own score is the mean of its phrases' scores. */
const message = (...scores: readonly number[]): ScoredMessage => ({
  message: scores.reduce((sum, score) => sum + score, 0) / scores.length,
  phrases: scores.map((score) => ({ tag: "Role", score })),
});
const repeated = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));

describe("the lines", () => {
  test("lie between own and foreign, and tell how well the two are told apart", () => {
    const found = calibrate([message(4, 6), message(5, 5)], [message(-1, 1), message(0, 0)]);
    expect(found).toMatchObject({
      rows: 2,
      phrases: { own: 4, foreign: 4 },
      line: 2.5,
      tagLines: {},
      messageLine: 2.5,
      dropLine: 0,
      phraseAuc: 1,
      messageAuc: 1,
      ownKept: 1,
      foreignRemoved: 1,
    });
  });

  test("a tag has one of its own from ten phrases on, drawn toward the line of all phrases", () => {
    const rows = (count: number, format: number, role: number): ScoredMessage[] =>
      repeated(count, () => ({
        message: 0,
        phrases: [
          { tag: "Format", score: format },
          { tag: "Role", score: role },
        ],
      }));
    expect(calibrate(rows(9, 10, 2), rows(9, 8, -2)).tagLines).toEqual({});
    const { line, tagLines } = calibrate(rows(10, 10, 2), rows(10, 8, -2));
    // Own lines would be 9 and 0. Ten phrases weigh a third, and twenty phrases a half.
    expect(tagLines["Format"]).toBeCloseTo(9 / 3 + (2 / 3) * line, 3);
    expect(tagLines["Role"]).toBeCloseTo((2 / 3) * line, 3);
    const more = calibrate(rows(20, 10, 2), rows(20, 8, -2));
    expect(more.tagLines["Format"]).toBeCloseTo(9 / 2 + more.line / 2, 3);
    expect(aboveLine(more, { tag: "Format", score: 10 })).toBeCloseTo(10 - (more.tagLines["Format"] ?? NaN));
    expect(aboveLine(more, { tag: "Style", score: 10 })).toBeCloseTo(10 - more.line);
  });

  test("of plain verdicts: Yes is good and No is bad, wherever there are both", () => {
    const yes = Math.log(51);
    const own = repeated(24, (index) => message(yes, index < 5 ? -yes : yes));
    const foreign = repeated(24, () => message(-yes, -yes));
    const found = calibrate(own, foreign);
    expect(aboveLine(found, { tag: "Role", score: yes })).toBeGreaterThan(0);
    expect(aboveLine(found, { tag: "Role", score: -yes })).toBeLessThan(0);
    expect(found).toMatchObject({ foreignRemoved: 1, ownKept: round(43 / 48) });
  });

  test("fewer than two rows are no calibration", () => {
    expect(calibrate([], [])).toEqual(uncalibrated);
    expect(calibrate([message(3)], [message(-3)])).toEqual(uncalibrated);
  });
});

describe("a judge that knows nothing", () => {
  test("removes no phrase, and takes no message for foreign", () => {
    // Every score is the same. Three votes of one label give a score of many decimals.
    for (const score of [0, Math.log(51), Math.log(3.02 / 0.02), -Math.log(51), 1 / 3]) {
      const found = calibrate(
        repeated(24, () => message(score, score)),
        repeated(24, () => message(score, score)),
      );
      expect(found).toMatchObject({ phraseAuc: 0.5, messageAuc: 0.5 });
      expect(mayRemove(found)).toBe(false);
      const above = message(score, score).phrases.map((phrase) => aboveLine(found, phrase));
      expect(Math.min(...above)).toBeGreaterThanOrEqual(0);
      expect(looks(found, score)).toBe("own");
    }
  });

  test("a judge that tells phrases apart may remove some, and so may one that was not calibrated", () => {
    expect(mayRemove(calibrate([message(1), message(1)], [message(0), message(0)]))).toBe(true);
    expect(mayRemove(uncalibrated)).toBe(true);
  });
});

describe("the lines of messages", () => {
  test("come from the messages' own scores, and those of phrases from the phrases'", () => {
    const scored = (whole: number, phrase: number): ScoredMessage => ({ message: whole, phrases: [{ tag: "Role", score: phrase }] });
    const found = calibrate([scored(8, 1), scored(6, -1)], [scored(-6, 1), scored(-8, -1)]);
    expect(found).toMatchObject({ messageLine: 0, dropLine: -7, messageAuc: 1, line: 0, phraseAuc: 0.5 });
  });
});

describe("a message", () => {
  const lines = { ...uncalibrated, rows: 24, messageLine: 2, dropLine: -1.5, messageAuc: 0.99 };

  test("looks own from the line of messages on, doubtful below it, and foreign below the mean of foreign ones", () => {
    expect([2.01, 2, 1.99, -1.5, -1.51].map((score) => looks(lines, score))).toEqual(["own", "own", "doubtful", "doubtful", "foreign"]);
  });

  test("never looks doubtful to a judge that guesses, and drops no row on the word of a poor one", () => {
    const seen = (messageAuc: number): string[] => [0, -5].map((score) => looks({ ...lines, messageAuc }, score));
    expect(seen(0.75)).toEqual(["doubtful", "foreign"]);
    expect(seen(0.7499)).toEqual(["own", "own"]);
    const may = (messageAuc: number): boolean => mayDrop({ ...lines, messageAuc });
    expect([may(leastAuc.message), may(leastAuc.message - 0.01)]).toEqual([true, false]);
  });

  test("looks own without a calibration, and without a score", () => {
    expect(looks(uncalibrated, -50)).toBe("own");
    expect(looks({ ...lines, messageAuc: undefined }, -50)).toBe("own");
    expect(looks(lines, undefined)).toBe("own");
  });
});

describe("any scores", () => {
  const phrase = fc.record({ tag: fc.constantFrom<Tag>(...tags), score: fc.double({ min: -20, max: 20, noNaN: true }) });
  const whole = fc.record({
    message: fc.double({ min: -20, max: 20, noNaN: true }),
    phrases: fc.array(phrase, { minLength: 1, maxLength: 8 }),
  });
  const rows = fc.array(whole, { minLength: 2, maxLength: 30 });

  test("give finite lines that run.json can hold, and shares from 0 to 1", () => {
    fc.assert(
      fc.property(rows, rows, (own, foreign) => {
        const found = calibrate(own, foreign);
        expect(calibrationSchema.parse(JSON.parse(JSON.stringify(found)))).toEqual(JSON.parse(JSON.stringify(found)));
        for (const value of [found.line, found.messageLine, found.dropLine, ...Object.values(found.tagLines)])
          expect(Number.isFinite(value)).toBe(true);
        for (const share of [found.phraseAuc, found.messageAuc, found.ownKept, found.foreignRemoved]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("the order of the rows changes nothing", () => {
    fc.assert(
      fc.property(rows, (own) => {
        const foreign = own.map((one) => ({
          message: one.message / 2 - 1,
          phrases: one.phrases.map(({ tag, score }) => ({ tag, score: score / 2 - 1 })),
        }));
        const [one, other] = [calibrate(own, foreign), calibrate(own.toReversed(), foreign.toReversed())];
        expect(other.line).toBeCloseTo(one.line, 3);
        expect(other.messageLine).toBeCloseTo(one.messageLine ?? NaN, 3);
        expect(other.phraseAuc).toBeCloseTo(one.phraseAuc ?? NaN, 3);
      }),
    );
  });
});

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
