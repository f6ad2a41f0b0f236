import type { Gate } from "./gate.ts";

/** Finds a response without text. */
export const empty: Gate<"empty"> = {
  name: "empty",
  finding: "the new response was empty",
  cure: "raise respond.maxOutputTokens if the model thinks first, or take another one",
  presets: { standard: "retry", paper: "off" },
  find: ({ reply }) => (reply.text.trim() === "" ? "the response is empty" : undefined),
};
