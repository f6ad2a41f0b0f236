import { finalAnswerOf, givesAnswer } from "../answers/final-answer.ts";
import type { Gate } from "./gate.ts";
import { leak } from "./leak.ts";
import { refusal } from "./refusal.ts";

const empty: Gate = ({ reply }) => (reply.text.trim() === "" ? "the response is empty" : undefined);

const truncated: Gate = ({ reply }) => (reply.finishReason === "length" ? "the response was cut off at the token limit" : undefined);

const wrongAnswer: Gate = ({ reply, original }) => {
  const expected = finalAnswerOf(original);
  if (expected === undefined || givesAnswer(reply.text, expected)) return undefined;
  const found = finalAnswerOf(reply.text);
  return `expected the final answer ${expected.text}, found ${found?.text ?? "none or another number"}`;
};

/** The gates in the order in which they are tried. The first that finds something counts. */
export const gateNames = ["empty", "truncated", "refusal", "leak", "wrong-answer"] as const;
export type GateName = (typeof gateNames)[number];

export const gates: Readonly<Record<GateName, Gate>> = { empty, truncated, refusal, leak, "wrong-answer": wrongAnswer };
