import { finalAnswerOf, givesAnswer } from "../answers/final-answer.ts";
import type { Gate } from "./gate.ts";

/**
 * Finds a response with another final answer than the original's. If the original has no checkable
 * answer, nothing is found.
 */
export const wrongAnswer: Gate<"wrong-answer"> = {
  name: "wrong-answer",
  finding: "the new response has another final answer than A",
  cure: "take a stronger generator, or one that thinks first",
  presets: { standard: "retry", paper: "off" },
  find({ reply, original }) {
    const expected = finalAnswerOf(original);
    if (expected === undefined || givesAnswer(reply.text, expected)) return undefined;
    const found = finalAnswerOf(reply.text);
    return `expected the final answer ${expected.text}, found ${found?.text ?? "none or another number"}`;
  },
};
