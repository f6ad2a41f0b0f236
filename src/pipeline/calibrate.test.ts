import { describe, expect, test } from "vitest";
import { modelOf, replyOf } from "../../test/fixtures/scripted-model.ts";
import { ModelError } from "../errors.ts";
import type { ModelCall, ModelReply } from "../models/model.ts";
import { uncalibrated } from "../phases/calibration.ts";
import { settingsOf } from "../phases/index.ts";
import { RowDropped } from "../phases/row-dropped.ts";
import type { FitContext } from "../phases/fit.ts";
import type { Example } from "../records/example.ts";
import type { Phrase } from "../records/system-message/phrase.ts";
import { calibrateOn, pairRows, type DrawnRow } from "./calibrate.ts";
import { standardTags } from "../records/system-message/tag-set.ts";

const example = (id: string, columns: Record<string, unknown> = {}, question = `Question of ${id}?`): Example => ({
  id,
  line: 1,
  messages: [
    { role: "user", content: question },
    { role: "assistant", content: "Answer." },
  ],
  columns,
});
const pairs = (draw: readonly DrawnRow[]): string[] => draw.map((row) => `${row.example.id} ${row.stranger.id}`);
const entry = (id: string, source?: string, file?: string, question?: string) => ({
  file,
  example: example(id, source === undefined ? {} : { source }, question),
});

describe("pairs", () => {
  test("each row gets the next one, the last one the first", () => {
    expect(pairs(pairRows([entry("a"), entry("b"), entry("c")]))).toEqual(["a b", "b c", "c a"]);
  });

  test("of the same source, by column or file, where there are several of it", () => {
    const byColumn = [entry("a", "maths"), entry("b", "code"), entry("c", "maths"), entry("d", "trivia"), entry("e", "code")];
    expect(pairs(pairRows(byColumn))).toEqual(["a c", "b e", "c a", "d e", "e b"]);
    const byFile = [entry("a", "x", "1.jsonl"), entry("b", "x", "2.jsonl"), entry("c", "x", "1.jsonl")];
    expect(pairs(pairRows(byFile))).toEqual(["a c", "b c", "c a"]);
  });

  test("a row that asks the same is no stranger; a row without a stranger takes no part", () => {
    const same = [entry("a", undefined, undefined, "Same?"), entry("b", undefined, undefined, "Same?"), entry("c")];
    expect(pairs(pairRows(same))).toEqual(["a c", "b c", "c a"]);
    expect(pairRows(same.slice(0, 2))).toEqual([]);
    expect(pairRows([entry("a")])).toEqual([]);
    expect(pairRows([])).toEqual([]);
  });
});

const phrase = (text: string): Phrase => ({ tag: "Task", text, repairs: [] });
const draw = ["a", "b", "c", "d"].map((id, index, all) => ({
  example: example(id),
  stranger: example(all[(index + 1) % all.length] ?? ""),
}));

/** Calibrates with a judge that says Yes to a phrase if it names the conversation that is shown. */
function calibrated({
  message = async ({ id }: Example) => [phrase(`Answer the question of ${id}?`), phrase(`Tell of the question of ${id}?`)],
  answer = () => undefined,
  guidance,
}: {
  guidance?: string;
  message?: (example: Example) => Promise<readonly Phrase[]>;
  /** A reply in the place of the judge's own. */
  answer?: (call: ModelCall, purpose: string) => ModelReply | undefined;
} = {}) {
  const purposes: string[] = [];
  let told = 0;
  const contextFor = (purpose: string): FitContext => ({
    model: {
      ...modelOf(async () => replyOf("")),
      async call(call, context) {
        purposes.push(context.purpose.name);
        const shown = /uestion of (\w)\?/.exec(call.messages.at(-1)?.content ?? "")?.[1];
        const scores = call.questions?.map(({ text, labels }) =>
          labels.map((label) =>
            labels.length > 2 ? Math.log(1 / 8) : Math.log((label === "Yes") === text.includes(`of ${shown}?`) ? 0.9 : 0.1),
          ),
        );
        return answer(call, purpose) ?? { ...replyOf(""), ...(scores ? { scores } : {}) };
      },
    },
    purpose: { name: purpose, rank: 0 },
    signal: new AbortController().signal,
    maxRetries: 0,
    maxReasks: 0,
    round: 0,
    seed: undefined,
    onUsage: () => undefined,
    tags: standardTags,
  });
  const settings = { ...settingsOf("standard").verify, ...(guidance !== undefined && { texts: { guidance } }) };
  const calibration = calibrateOn(draw, {
    settings,
    message,
    own: contextFor("verify"),
    foreign: contextFor("calibrate"),
    onRowAsked: () => told++,
  });
  return { calibration, purposes, told: () => told };
}

describe("a calibration", () => {
  test("asks about each phrase with its own conversation and with the stranger's", async () => {
    const { calibration, purposes } = calibrated();
    expect(await calibration).toMatchObject({
      rows: 4,
      phrases: { own: 8, foreign: 8 },
      line: 0,
      phraseAuc: 1,
      messageAuc: 1,
      ownKept: 1,
      foreignRemoved: 1,
    });
    expect(purposes.toSorted()).toEqual([...draw.map(() => "calibrate"), ...draw.map(() => "verify")]);
  });

  test("leaves out a row that lost its phrases or does not fit the model", async () => {
    const lost = calibrated({
      message: async ({ id }) => {
        if (id === "a") throw new RowDropped("filter", "no-phrase-left", "", []);
        if (id === "b") throw new ModelError("context-overflow", "too long");
        return [phrase(`Answer the question of ${id}?`)];
      },
    });
    expect(await lost.calibration).toMatchObject({ rows: 2, phrases: { own: 2, foreign: 2 } });
    // Of all rows it is told that they were asked, so that what is shown comes to its end.
    expect(lost.told()).toBe(draw.length);
  });

  test("leaves out a phrase whose answers cannot be read, and a row with no other", async () => {
    const { calibration } = calibrated({
      message: async ({ id }) => [phrase(`Answer the question of ${id}?`), phrase("mumbled")],
      answer: ({ questions = [], messages }) =>
        messages.at(-1)?.content.includes("of a?") || questions.some(({ text }) => text.includes("of a?")) ? replyOf("?") : undefined,
    });
    // The phrases of `a` have no scores, and those of `d` none with the stranger `a`.
    expect(await calibration).toMatchObject({ rows: 2 });
  });

  test("draws no line on phrases that the operator wishes, which fit every row", async () => {
    const wished = phrase("You work for Acme Boots.");
    const { calibration } = calibrated({
      guidance: "You work for Acme Boots.",
      message: async ({ id }) => [phrase(`Answer the question of ${id}?`), wished],
    });
    expect(await calibration).toMatchObject({ rows: 4, phrases: { own: 4, foreign: 4 }, phraseAuc: 1 });
  });

  test("without two usable rows is none", async () => {
    expect(await calibrated({ message: async () => [] }).calibration).toEqual(uncalibrated);
  });

  test.each([
    ["a server in trouble", new ModelError("server", "busy", { retryable: true })],
    ["a key that is wrong", new ModelError("auth", "wrong key", { stops: "always" })],
    ["a broken program", new TypeError("no")],
  ])("%s ends it, so that luck decides nothing", async (_name, error) => {
    const { calibration } = calibrated({
      answer: (_call, purpose) => {
        if (purpose === "calibrate") throw error;
        return undefined;
      },
    });
    await expect(calibration).rejects.toBe(error);
  });
});
