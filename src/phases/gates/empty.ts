import type { Gate } from "./gate.ts";

/** Finds a response without text. */
export const empty: Gate<"empty"> = {
  name: "empty",
  finding: "the new response was empty",
  presets: { standard: "retry", paper: "off" },
  find: ({ reply }) => (reply.text.trim() === "" ? "the response is empty" : undefined),
};
