import { describe, expect, test } from "vitest";
import { contextOf, contextOfStep, modelOf, replyOf } from "../../test/fixtures/scripted-model.ts";
import type { ModelCall, Question } from "../models/model.ts";
import type { Message } from "../records/message.ts";
import type { Phrase, Tag } from "../records/system-message/phrase.ts";
import type { Calibration } from "./calibration.ts";
import { settingsOf } from "./index.ts";
import { RowDropped } from "./row-dropped.ts";
import { beginRow, type RowUnderWay } from "./row-under-way.ts";
import type { PhaseContext } from "./step.ts";
import { verify, type VerifySettings } from "./verify.ts";
import { standardTags } from "../records/system-message/tag-set.ts";

/**
 * A judge's view of a phrase, by words that stand in it. `odds` are the log-odds that it fits. It
 * is undefined for an answer that cannot be read. `serves` is the tag that it clearly serves.
 */
type Views = Readonly<Record<string, { readonly odds: number | undefined; readonly serves?: Tag; readonly clear?: number }>>;

const line: Calibration = {
  rows: 24,
  phrases: { own: 60, foreign: 60 },
  line: 1,
  tagLines: {},
  messageLine: 0,
  dropLine: -2,
  phraseAuc: 0.9,
  messageAuc: 0.99,
};

const phrase = (tag: Tag, text: string): Phrase => ({ tag, text, repairs: [] });
const message = [phrase("Role", "You are a warden."), phrase("Task", "Count the gulls."), phrase("Format", "Be curt.")];

const conversation: readonly Message[] = [
  { role: "user", content: "Where?" },
  { role: "assistant", content: "There." },
];

/** Undefined if no phrase has any. */
function meanOdds(odds: readonly number[]): number | undefined {
  return odds.length === 0 ? undefined : odds.reduce((sum, one) => sum + one, 0) / odds.length;
}

interface Verified {
  readonly row: RowUnderWay | undefined;
  readonly dropped: RowDropped | undefined;
  readonly calls: readonly ModelCall[];
  /** Faults with which the message was written again. */
  readonly faults: readonly string[];
}

async function verified(
  views: Views,
  {
    phrases = message,
    rewritten = [],
    settings = {},
    calibration = {},
    maxReasks = 2,
    whole = meanOdds,
    messages = conversation,
  }: {
    phrases?: readonly Phrase[];
    /** The messages of further times of writing, one after the other. */
    rewritten?: readonly (readonly Phrase[])[];
    settings?: Partial<VerifySettings>;
    calibration?: Partial<Calibration>;
    maxReasks?: number;
    /** The log-odds that a whole message fits, by what the judge says of its phrases. */
    whole?: (odds: readonly number[]) => number | undefined;
    messages?: readonly Message[];
  } = {},
): Promise<Verified> {
  const calls: ModelCall[] = [];
  const faults: string[] = [];
  const viewsIn = (text: string): Views[string][] => Object.entries(views).flatMap(([some, view]) => (text.includes(some) ? [view] : []));
  const scoresOf = ({ text, labels }: Question): number[] | undefined => {
    const found = viewsIn(text);
    const [view] = found;
    if (labels.length > 2) return labels.map((label) => Math.log(label === view?.serves ? (view.clear ?? 0.9) : 0.01));
    const odds = text.startsWith("System message") ? whole(found.flatMap((one) => one.odds ?? [])) : view?.odds;
    return odds === undefined ? undefined : [odds - Math.log1p(Math.exp(odds)), -Math.log1p(Math.exp(odds))];
  };
  const { purpose, signal } = contextOf();
  const context: PhaseContext = {
    model: {
      ...modelOf(async () => replyOf("")),
      questionsAtOnce: "one",
      async call(call) {
        calls.push(call);
        const scores = call.questions?.map(scoresOf)[0];
        return { ...replyOf("?"), ...(scores ? { scores: [scores] } : {}) };
      },
    },
    purpose,
    signal,
    maxRetries: 12,
    maxReasks,
    round: 0,
    seed: undefined,
    onUsage: () => undefined,
    tags: standardTags,
    tagShares: {},
    filter: settingsOf("standard").filter,
    calibration: async () => ({ ...line, ...calibration }),
    async regenerate(row, { fault }) {
      const next = rewritten[faults.length] ?? phrases;
      faults.push(fault);
      return { ...row, phrases: next };
    },
    check: contextOfStep(),
    obedience: () => Promise.reject(new Error("nothing is checked")),
  };
  const example = { id: "a", line: 1, messages, columns: {} };
  try {
    const row = await verify.run(
      { ...beginRow(example), phrases },
      { ...settingsOf("standard").verify, keepAtLeast: 0, ...settings },
      context,
    );
    return { row, dropped: undefined, calls, faults };
  } catch (error) {
    if (error instanceof RowDropped) return { row: undefined, dropped: error, calls, faults };
    throw error;
  }
}

const verdicts = ({ row }: Verified): string[] =>
  [...(row?.judged ?? []), ...(row?.removed ?? [])].map((one) => ("verdict" in one ? `${one.tag} ${one.verdict}` : one.reason));

const good = { odds: 4 };
const bad = { odds: -1 };

describe("the line", () => {
  test("keeps what is at or above it, and removes what is below; the score is the distance", async () => {
    const found = await verified({ warden: good, gulls: { odds: 0.5 }, curt: { odds: 1.001 } });
    expect(verdicts(found)).toEqual(["Role good", "Format good", "Task bad"]);
    expect(found.row?.systemMessage).toBe("You are a warden. Be curt.");
    expect(found.row?.judged.map(({ score }) => score)).toEqual([expect.closeTo(3, 2), expect.closeTo(0, 2)]);
    expect(found.row?.removed).toMatchObject([{ text: "Count the gulls.", score: expect.closeTo(-0.5, 2) }]);
  });

  test("removes no phrase that the operator wishes, and the judge knows the wishes", async () => {
    const phrases = [phrase("Role", "You are a warden of Acme."), phrase("Task", "Count the gulls in Adobe Photoshop.")];
    const views: Views = { warden: { odds: -4 }, gulls: { odds: 3 } };
    const plain = await verified(views, { phrases, settings: { keepAtLeast: 0 }, whole: () => 3 });
    expect(plain.dropped?.reason).toBe("no-good-phrase");
    const guidance = "You are a warden of Acme. Count the gulls in Adobe Photoshop.";
    const found = await verified(views, { phrases, settings: { keepAtLeast: 0, texts: { guidance } }, whole: () => 3 });
    expect(verdicts(found)).toEqual(["Role good", "Task good"]);
    const asked = found.calls.filter(({ messages }) => messages[0]?.content.startsWith("You check one line"));
    expect(asked.length).toBeGreaterThan(0);
    for (const { messages, questions } of asked) {
      expect(messages[0]?.content).toMatch(/has wishes\. A line that follows from them fits every message:\nYou are a warden of Acme/);
      expect(questions?.[0]?.text).toMatch(/wishes\??$/);
    }
  });

  test("of a tag holds for phrases of the tag", async () => {
    const found = await verified({ warden: good, gulls: { odds: 2 }, curt: { odds: 2 } }, { calibration: { tagLines: { Task: 3 } } });
    expect(verdicts(found)).toEqual(["Role good", "Format good", "Task bad"]);
  });

  test("removes nothing where the judge tells phrases apart no better than a coin", async () => {
    const found = await verified({ warden: good, gulls: bad, curt: bad }, { calibration: { phraseAuc: 0.55 } });
    expect(verdicts(found)).toEqual(["Role good", "Task good", "Format good"]);
  });
});

describe("keepAtLeast", () => {
  const views: Views = { warden: { odds: -0.5 }, gulls: { odds: 0.9 }, curt: { odds: 0.5 } };

  test("keeps the best phrases below the line as weak, until there are enough", async () => {
    expect(verdicts(await verified(views, { settings: { keepAtLeast: 2 } }))).toEqual(["Task weak", "Format weak", "Role bad"]);
    expect(verdicts(await verified({ ...views, warden: good }, { settings: { keepAtLeast: 2 } }))).toEqual([
      "Role good",
      "Task weak",
      "Format bad",
    ]);
    expect(verdicts(await verified({ warden: good, gulls: good, curt: { odds: 0 } }, { settings: { keepAtLeast: 2 } }))).toEqual([
      "Role good",
      "Task good",
      "Format bad",
    ]);
  });

  test("0 drops a row without a good phrase, with all that was removed", async () => {
    const { dropped } = await verified(views);
    expect(dropped).toMatchObject({ phase: "verify", reason: "no-good-phrase" });
    expect(dropped?.removed).toHaveLength(3);
  });

  test("keeps no phrase whose verdict could not be read", async () => {
    const found = await verified({ warden: { odds: 0.5 }, gulls: { odds: undefined }, curt: good }, { settings: { keepAtLeast: 3 } });
    expect(verdicts(found)).toEqual(["Role weak", "Format good", "Task unparsed"]);
  });
});

describe("a phrase that clearly serves another functionality", () => {
  const phrases = [phrase("Task", "Tell the time."), phrase("Tool", "Count the gulls."), phrase("Format", "Be curt.")];
  const views: Views = { time: good, gulls: { odds: 4, serves: "Action" }, curt: { odds: 4, serves: "Style" } };

  test("gets that tag, moves to its place, and says what it was written as", async () => {
    const { row } = await verified({ ...views, curt: { odds: 4, serves: "Role" } }, { phrases });
    expect(row?.judged.map(({ tag, writtenAs, repairs }) => [tag, writtenAs, repairs])).toEqual([
      ["Role", "Format", ["retagged"]],
      ["Task", undefined, []],
      ["Action", "Tool", ["retagged"]],
    ]);
    expect(row?.systemMessage).toBe("Be curt. Tell the time. Count the gulls.");
  });

  test("keeps its tag where that is Role or Task, because models give these rightly", async () => {
    const { row } = await verified({ warden: { odds: 4, serves: "Style" }, gulls: { odds: 4, serves: "Action" }, curt: good });
    expect(row?.judged.map(({ tag, repairs }) => [tag, repairs.length])).toEqual([
      ["Role", 0],
      ["Task", 0],
      ["Format", 0],
    ]);
  });

  test("keeps earlier repairs, and is judged by the line of the tag that it was asked about", async () => {
    const mended: Phrase = { tag: "Tool", text: "Count the gulls.", repairs: ["case"] };
    const { row } = await verified(views, { phrases: [mended], calibration: { tagLines: { Action: 9 } } });
    expect(row?.judged).toMatchObject([{ tag: "Action", verdict: "good", repairs: ["case", "retagged"] }]);
  });

  test("is left alone where its own tag is the clear one, or none is clear", async () => {
    for (const serves of [{ serves: "Tool" }, { serves: "Action", clear: 0.19 }] as const) {
      const { row } = await verified({ ...views, gulls: { odds: 4, ...serves } }, { phrases });
      const own = row?.judged.find(({ text }) => text.startsWith("Count"));
      expect([own?.tag, own?.repairs, own?.writtenAs]).toEqual(["Tool", [], undefined]);
    }
  });

  test("takes it from three nats on", async () => {
    const { row } = await verified({ ...views, gulls: { odds: 4, serves: "Action", clear: 0.21 } }, { phrases });
    expect(row?.judged.map(({ tag }) => tag)).toContain("Action");
  });

  test("is recorded also where it is removed", async () => {
    const { row } = await verified({ ...views, gulls: { odds: -1, serves: "Action" } }, { phrases });
    expect(row?.removed).toMatchObject([{ tag: "Action", writtenAs: "Tool", verdict: "bad" }]);
  });
});

describe("a message without a task", () => {
  const content = [phrase("Role", "You are a warden."), phrase("Content", "Count the gulls."), phrase("Content", "Name the pier.")];
  const tagsOf = async (views: Views, phrases: readonly Phrase[]): Promise<string[]> =>
    ((await verified(views, { phrases })).row?.judged ?? []).map(({ tag, text }) => `${tag}: ${text}`);

  test("takes its likeliest Content phrase for the task, also one that is not clear", async () => {
    const views: Views = { warden: good, gulls: { odds: 4, serves: "Content", clear: 0.1 }, pier: { odds: 4, serves: "Task", clear: 0.1 } };
    expect(await tagsOf(views, content)).toEqual(["Role: You are a warden.", "Content: Count the gulls.", "Task: Name the pier."]);
    const { row } = await verified(views, { phrases: content });
    expect(row?.judged.at(-1)).toMatchObject({ writtenAs: "Content", repairs: ["retagged"] });
  });

  test("takes none that is clearly Content, and none of another tag", async () => {
    const clear: Views = { warden: good, gulls: { odds: 4, serves: "Content" }, pier: { odds: 4, serves: "Content" } };
    expect((await tagsOf(clear, content)).filter((one) => one.startsWith("Task"))).toEqual([]);
    const style = [phrase("Style", "Be curt."), phrase("Format", "Write a list.")];
    const unclear: Views = { curt: { odds: 4, serves: "Task", clear: 0.1 }, list: { odds: 4, serves: "Task", clear: 0.1 } };
    expect((await tagsOf(unclear, style)).filter((one) => one.startsWith("Task"))).toEqual([]);
  });

  test("is none once a phrase is retagged to Task, and one that has a task is left alone", async () => {
    const retagged: Views = { curt: { odds: 4, serves: "Task" }, gulls: good, pier: good };
    const withStyle = [phrase("Style", "Be curt."), ...content.slice(1)];
    expect((await tagsOf(retagged, withStyle)).filter((one) => one.startsWith("Task"))).toEqual(["Task: Be curt."]);
    const withTask = [phrase("Task", "Tell the time."), ...content];
    expect((await tagsOf({ warden: good, gulls: good, pier: good, time: good }, withTask)).filter((one) => one.startsWith("Task"))).toEqual(
      ["Task: Tell the time."],
    );
  });
});

describe("evidence against a phrase", () => {
  const phrases = [phrase("Role", "You are a warden."), phrase("Task", "Count the gulls."), phrase("Tool", "Use a whiteboard.")];
  const views: Views = { warden: good, gulls: good, whiteboard: { odds: 9 } };

  test("makes it bad whatever its score, and it is none of the best that stay", async () => {
    const found = await verified(views, { phrases, settings: { keepAtLeast: 3 } });
    expect(verdicts(found)).toEqual(["Role good", "Task good", "Tool bad"]);
    expect(found.row?.removed).toMatchObject([{ against: "beyond-text", score: 8 }]);
    const coin = await verified(views, { phrases, calibration: { phraseAuc: 0.5 } });
    expect(verdicts(coin)).toEqual(["Role good", "Task good", "Tool bad"]);
  });

  test("is none where the conversation speaks of the same", async () => {
    const messages: Message[] = [{ role: "user", content: "How do I use a whiteboard?" }];
    expect(verdicts(await verified(views, { phrases, messages }))).toEqual(["Role good", "Task good", "Tool good"]);
  });

  test("against all phrases: the message is written again, and one that stays so is dropped", async () => {
    const only = [phrase("Tool", "Use a whiteboard.")];
    const mended = await verified(views, { phrases: only, rewritten: [message] });
    expect([mended.faults.length, mended.row?.systemMessage]).toEqual([1, "You are a warden. Count the gulls."]);
    expect((await verified(views, { phrases: only })).dropped?.reason).toBe("foreign-message");
  });
});

describe("a message that does not look like the row's own", () => {
  const poor: Views = { warden: bad, gulls: bad, curt: bad };
  const better = [phrase("Role", "You know the harbour."), phrase("Task", "Show the pier.")];

  test("is written again with that said, and the first one that looks own is taken", async () => {
    const found = await verified({ ...poor, harbour: good, pier: good }, { rewritten: [better] });
    expect(found.faults).toEqual([expect.stringContaining("keep to what this one is about")]);
    expect(found.row).toMatchObject({ systemMessage: "You know the harbour. Show the pier.", looksForeign: false });
  });

  test("the best of all is taken within the budget, the first one too; doubt is worth one rewrite", async () => {
    const worse = [phrase("Task", "Yodel.")];
    const found = await verified({ warden: { odds: 1.1 }, gulls: bad, curt: bad, Yodel: { odds: -8 } }, { rewritten: [worse, worse] });
    expect(found.faults).toHaveLength(1);
    expect(found.row).toMatchObject({ systemMessage: "You are a warden.", looksForeign: false });
    expect((await verified(poor, { rewritten: [better], maxReasks: 0 })).faults).toEqual([]);
  });

  test("one that looks own is not written again", async () => {
    expect((await verified({ warden: good, gulls: good, curt: bad })).faults).toEqual([]);
  });

  test("looks so by the answer about the whole message, whatever its phrases are", async () => {
    const all: Views = { warden: good, gulls: good, curt: good };
    expect((await verified(all, { whole: () => -3 })).dropped?.reason).toBe("foreign-message");
    expect(await verified(all, { whole: () => -1 })).toMatchObject({ faults: [expect.any(String)], row: { looksForeign: false } });
    const settings = { keepAtLeast: 2 };
    expect(await verified(poor, { whole: () => 0, settings })).toMatchObject({ faults: [], row: { looksForeign: false } });
  });

  test("is not written again where the answer about it cannot be read, or the judge guesses", async () => {
    const all: Views = { warden: good, gulls: good, curt: good };
    expect((await verified(all, { whole: () => undefined })).faults).toEqual([]);
    const guessing = await verified(all, { whole: () => -9, calibration: { messageAuc: 0.7 } });
    expect([guessing.faults, guessing.row?.looksForeign]).toEqual([[], false]);
  });

  test("is dropped only below the line of dropping, and only by a judge that tells messages apart", async () => {
    const foreign: Views = { warden: { odds: -6 }, gulls: { odds: -6 }, curt: { odds: -6 } };
    const keeping = { settings: { keepAtLeast: 2 } };
    const { dropped, faults } = await verified(foreign, keeping);
    expect(dropped).toMatchObject({ phase: "verify", reason: "foreign-message" });
    expect([dropped?.removed.length, faults.length]).toEqual([3, 2]);
    const doubtful = await verified(poor, keeping);
    expect(verdicts(doubtful)).toEqual(["Role weak", "Task weak", "Format bad"]);
    expect(doubtful.row?.looksForeign).toBe(false);
    const unsure = await verified(foreign, { ...keeping, calibration: { messageAuc: 0.89 } });
    expect(verdicts(unsure)).toEqual(["Role weak", "Task weak", "Format bad"]);
    expect(unsure.row?.looksForeign).toBe(true);
    const atLeast = await verified(foreign, { ...keeping, calibration: { messageAuc: 0.9 } });
    expect(atLeast.dropped?.reason).toBe("foreign-message");
  });
});

describe("verdicts that cannot be read", () => {
  const views: Views = { warden: good, gulls: { odds: undefined }, curt: good };

  test("drop-phrase: the phrase goes, its siblings stay", async () => {
    expect(verdicts(await verified(views))).toEqual(["Role good", "Format good", "Task unparsed"]);
  });

  test("keep-phrase: it stays, and says so", async () => {
    expect(verdicts(await verified(views, { settings: { unparsed: "keep-phrase" } }))).toEqual([
      "Role good",
      "Task unparsed",
      "Format good",
    ]);
  });

  test("drop-row: the row goes", async () => {
    const { dropped } = await verified(views, { settings: { unparsed: "drop-row" } });
    expect(dropped).toMatchObject({ phase: "verify", reason: "verdict-unparsed" });
  });

  test("of all phrases: the row goes without being written again", async () => {
    const none: Views = { warden: { odds: undefined }, gulls: { odds: undefined }, curt: { odds: undefined } };
    const { dropped, faults } = await verified(none);
    expect(dropped).toMatchObject({ reason: "verdict-unparsed" });
    expect(faults).toEqual([]);
  });
});

test("the preset paper asks once about tags, and neither calibrates nor writes again", async () => {
  const paper = settingsOf("paper").verify;
  const calibration = (): never => {
    throw new Error("no calibration");
  };
  const { purpose, signal } = contextOf();
  const model = modelOf(async () => replyOf("Role: Bad\nTask: Good\nFormat: None"));
  const context: PhaseContext = {
    model,
    purpose,
    signal,
    maxRetries: 0,
    maxReasks: 0,
    round: 0,
    seed: undefined,
    onUsage: () => undefined,
    tags: standardTags,
    tagShares: {},
    filter: settingsOf("paper").filter,
    calibration,
    regenerate: calibration,
    check: contextOfStep(),
    obedience: calibration,
  };
  const row = await verify.run({ ...beginRow({ id: "a", line: 1, messages: [], columns: {} }), phrases: message }, paper, context);
  expect(row.judged).toMatchObject([{ tag: "Task", verdict: "good" }]);
  expect(row.removed).toMatchObject([
    { tag: "Role", verdict: "bad" },
    { tag: "Format", verdict: "none" },
  ]);
  expect(model.count()).toBe(1);
});
