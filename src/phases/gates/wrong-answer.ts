import { checkAnswer } from "../answers/check-answer.ts";
import type { Gate } from "./gate.ts";

/**
 * Finds a response with another final answer than the original or the row's column of answers. If
 * there is no answer that code can compare, the response is not checked.
 */
export const wrongAnswer: Gate<"wrong-answer"> = {
  name: "wrong-answer",
  finding: "the new response has another final answer than A",
  cure: "take a stronger generator, or one that thinks first",
  presets: { standard: "retry", paper: "off" },
  find({ reply, original, instruction, columns }) {
    const check = checkAnswer(reply.text, { original, instruction, columns });
    if (check.state === "right") return undefined;
    return check.state === "wrong" ? check.detail : { notChecked: check.detail };
  },
};
