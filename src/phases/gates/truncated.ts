import type { Gate } from "./gate.ts";

/** Finds a response that the token limit ended. */
export const truncated: Gate<"truncated"> = {
  name: "truncated",
  finding: "the new response was cut off at the token limit",
  cure: "raise respond.maxOutputTokens",
  presets: { standard: "retry", paper: "off" },
  find: ({ reply }) => (reply.finishReason === "length" ? "the response was cut off at the token limit" : undefined),
};
