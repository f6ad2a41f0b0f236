import { describe, expect, test } from "vitest";
import { contextOf, modelOf, replyOf } from "../../test/fixtures/scripted-model.ts";
import { ModelError } from "../errors.ts";
import type { Model, ModelCall, ModelReply, Question } from "../models/model.ts";
import { askQuestions, type Answer, type QuestionSettings } from "./ask-questions.ts";

const yesNo = ["Yes", "No"] as const;
const first: Question = { text: "Is it first?", labels: yesNo };
const second: Question = { text: "Is it second?", labels: yesNo };
const messages = [{ role: "user", content: "Look. " }] as const;

interface Asked {
  readonly answers: readonly (Answer | undefined)[];
  readonly calls: readonly ModelCall[];
}

/** Asks with these replies, one after the other. The last one comes again and again. */
async function ask(
  replies: readonly (string | Partial<ModelReply> | Error)[],
  {
    questions = [first],
    questionsAtOnce = "all",
    maxReasks = 2,
    maxRetries = 12,
    ...settings
  }: Partial<QuestionSettings> & {
    questions?: readonly Question[];
    questionsAtOnce?: Model["questionsAtOnce"];
    maxReasks?: number;
    maxRetries?: number;
  } = {},
): Promise<Asked> {
  const calls: ModelCall[] = [];
  const scripted = modelOf(async (count) => {
    const reply = replies[Math.min(count, replies.length - 1)] ?? "";
    if (reply instanceof Error) throw reply;
    return typeof reply === "string" ? replyOf(reply) : { ...replyOf(""), ...reply };
  });
  const { purpose, signal } = contextOf();
  const context = {
    model: {
      ...scripted,
      questionsAtOnce,
      call: (call, callContext) => {
        calls.push(call);
        return scripted.call(call, callContext);
      },
    } satisfies Model,
    purpose,
    signal,
    maxRetries,
    maxReasks,
    round: 0,
    seed: undefined,
    onUsage: () => undefined,
  };
  const answers = await askQuestions(messages, questions, { temperature: 0, maxOutputTokens: 9, votes: 1, ...settings }, context);
  return { answers, calls };
}

/** The label that is the likeliest, or undefined. */
const said = (answer: Answer | undefined): string | undefined => answer && yesNo[answer.indexOf(Math.max(...answer))];
const attempts = ({ calls }: Asked): number[] => calls.map(({ attempt }) => attempt);

describe("how many calls", () => {
  const questions = [first, second];

  test("a model that takes all questions at once gets them in one call", async () => {
    const { calls, answers } = await ask([{ text: "Yes\nNo", scores: [[-0.1, -2], [-3, -0.2]] }], { questions }); // prettier-ignore
    expect(calls.map((call) => call.questions)).toEqual([questions]);
    expect(answers).toEqual([
      [-0.1, -2],
      [-3, -0.2],
    ]);
  });

  test("a model that takes one at a time gets a call for each, with nothing of the others in it", async () => {
    const { calls, answers } = await ask(["Yes", "No"], { questions, questionsAtOnce: "one" });
    expect(calls.map((call) => call.questions)).toEqual([[first], [second]]);
    for (const call of calls) expect(call.messages).toEqual(messages);
    expect(answers.map(said)).toEqual(["Yes", "No"]);
  });

  test("no question is no call", async () => {
    expect(await ask([new Error("not called")], { questions: [] })).toEqual({ answers: [], calls: [] });
  });
});

describe("an answer", () => {
  test("with scores is what they say, whatever the text is", async () => {
    const { answers } = await ask([{ text: "No", scores: [[-0.3, -1.4]] }]);
    expect(answers).toEqual([[-0.3, -1.4]]);
  });

  test("in words makes its label much the likeliest, and no label impossible", async () => {
    const { answers } = await ask([" **yes**, it is."]);
    const [yes = 0, no = 0] = answers[0] ?? [];
    expect(Math.exp(yes) + Math.exp(no)).toBeCloseTo(1);
    expect(Math.exp(yes)).toBeGreaterThan(0.95);
    expect(no).toBeGreaterThan(-Infinity);
  });

  test.each(["Yes or No", "perhaps", "", "Yesterday", "Nothing", "<think>Yes"])("%j is none", async (text) => {
    expect((await ask([text], { maxReasks: 0 })).answers).toEqual([undefined]);
  });

  test("follows reasoning that names labels", async () => {
    expect((await ask(["<think>Yes? No?</think>\nNo"])).answers.map(said)).toEqual(["No"]);
  });

  test("to one of several questions is the line of its number", async () => {
    const { answers } = await ask(["No\nYes"], { questions: [first, second] });
    expect(answers.map(said)).toEqual(["No", "Yes"]);
  });
});

describe("an answer that cannot be read", () => {
  test("is asked for again, sampled and at another address, until the budget is spent", async () => {
    const asked = await ask(["?", "?", "Yes"]);
    expect(asked.answers.map(said)).toEqual(["Yes"]);
    expect(attempts(asked)).toEqual([0, 1, 2]);
    expect(asked.calls.map(({ sampling }) => sampling.temperature > 0)).toEqual([false, true, true]);
    expect(asked.calls.map(({ questions = [] }) => questions[0]?.text)).toEqual([
      "Is it first?",
      ...Array.from({ length: 2 }, () => "Is it first?\n\nAnswer with one of these and nothing else: Yes, No."),
    ]);
    const never = await ask(["?"]);
    expect([never.answers, attempts(never)]).toEqual([[undefined], [0, 1, 2]]);
  });

  test("is asked for again within the retry budget too", async () => {
    expect(attempts(await ask(["?"], { maxRetries: 1 }))).toEqual([0, 1]);
  });

  test("costs no other question its answer", async () => {
    const { answers, calls } = await ask(["Yes\n?", "No\nNo"], { questions: [first, second] });
    expect([answers.map(said), calls.length]).toEqual([["Yes", "No"], 2]);
  });
});

describe("votes", () => {
  test("are counted, each in a call of its own; all but the first are sampled", async () => {
    const asked = await ask(["Yes", "No", "Yes"], { votes: 3 });
    const [yes = 0, no = 0] = asked.answers[0] ?? [];
    expect(Math.exp(yes)).toBeCloseTo(2 / 3, 1);
    expect(Math.exp(no)).toBeCloseTo(1 / 3, 1);
    expect(new Set(attempts(asked)).size).toBe(3);
    expect(asked.calls.map(({ sampling }) => sampling.temperature > 0)).toEqual([false, true, true]);
  });

  test("never share an address with another vote that was asked again", async () => {
    const asked = await ask(["?"], { votes: 3 });
    expect(new Set(attempts(asked)).size).toBe(9);
    expect(asked.answers).toEqual([undefined]);
  });

  test("end with the first answer that has probabilities", async () => {
    expect((await ask([{ scores: [[-0.1, -2]] }], { votes: 5 })).calls).toHaveLength(1);
  });

  test("that could not be read do not count", async () => {
    const { answers } = await ask(["?", "No", "No"], { votes: 3, maxReasks: 0 });
    expect(answers.map(said)).toEqual(["No"]);
    expect(Math.exp(answers[0]?.[0] ?? 0)).toBeLessThan(0.05);
  });
});

test("a call without a reply is the error of all", async () => {
  const broken = new ModelError("server", "broken");
  await expect(ask(["Yes", broken], { questions: [first, second], questionsAtOnce: "one" })).rejects.toBe(broken);
});
