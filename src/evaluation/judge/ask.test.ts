import { describe, expect, test } from "vitest";
import { subject } from "../../../test/fixtures/judged-subject.ts";
import { modelOf, replyOf } from "../../../test/fixtures/scripted-model.ts";
import type { Model, ModelCall } from "../../models/model.ts";
import { askObedience, merged } from "./ask.ts";
import { judgePhrases } from "./purposes.ts";

test("orders that disagree are a tie, unless one of them has no verdict", () => {
  const of = (a: "new" | "original" | "tie" | "unparsed", b: typeof a): string => {
    const { verdict, agreement } = merged([{ verdict: a }, { verdict: b }]);
    return `${verdict}, ${agreement}`;
  };
  expect(of("new", "new")).toBe("new, consistent");
  expect(of("tie", "tie")).toBe("tie, consistent");
  expect(of("new", "original")).toBe("tie, reversed");
  expect(of("tie", "original")).toBe("tie, tie-and-win");
  expect(of("new", "unparsed")).toBe("unparsed, unparsed");
});

describe("phrases of a row", () => {
  function judge(questionsAtOnce: Model["questionsAtOnce"]): Model & { readonly calls: ModelCall[] } {
    const calls: ModelCall[] = [];
    return {
      ...modelOf(() => Promise.reject(new Error("not called"))),
      questionsAtOnce,
      calls,
      call(call) {
        calls.push(call);
        const isBrief = (call.questions ?? []).map(({ text }) => text.includes("Be brief."));
        return Promise.resolve({
          ...replyOf(isBrief.map((brief) => (brief ? "No" : "Yes")).join("\n")),
          ...(questionsAtOnce === "all" ? { scores: isBrief.map((brief) => (brief ? [-3, -0.1, -4] : [-0.1, -3, -4])) } : {}),
        });
      },
    };
  }
  const ask = (model: Model): ReturnType<typeof askObedience> =>
    askObedience(
      subject,
      subject.phrases,
      judgePhrases,
      { maxOutputTokens: undefined },
      {
        model,
        signal: new AbortController().signal,
        maxRetries: 0,
        maxReasks: 0,
        round: 0,
        seed: undefined,
        onUsage: () => undefined,
      },
    );

  test("are one call of a model in process, with a score each", async () => {
    const model = judge("all");
    expect(await ask(model)).toMatchObject([
      { tag: "Role", verdict: "obeyed", score: 2.9, notApplicable: 0.0183 },
      { tag: "Style", text: "Be brief.", verdict: "violated", score: -2.9 },
    ]);
    expect(model.calls).toHaveLength(1);
  });

  test("are a call each of a server, which shows no other phrase", async () => {
    const model = judge("one");
    expect((await ask(model)).map(({ verdict }) => verdict)).toEqual(["obeyed", "violated"]);
    expect(model.calls.map(({ messages, questions }) => JSON.stringify([messages, questions]).includes("Be brief."))).toEqual([
      false,
      true,
    ]);
  });
});
