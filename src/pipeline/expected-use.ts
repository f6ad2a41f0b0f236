import type { Model } from "../models/model.ts";
import type { VerifySettings } from "../phases/verify.ts";
import type { Usage } from "../records/usage.ts";

/** What something is taken to use before any of it was seen. */
export interface ExpectedUse extends Usage {
  readonly calls: number;
}

/** Phrases of a message. Models of 1B to 70B parameters write 3 to 5. */
const phrases = 4;
/** Tokens of a prompt and of a reply. */
const tokens = { write: { inputTokens: 1_200, outputTokens: 120 }, ask: { inputTokens: 400, outputTokens: 4 } };

/** What a row, and a row of the calibration, is taken to use before any has ended. */
export function expectedUse(
  { rubric, votes }: Pick<VerifySettings, "rubric" | "votes">,
  { questionsAtOnce }: Pick<Model, "questionsAtOnce">,
): { readonly row: ExpectedUse; readonly drawn: ExpectedUse } {
  const isOneCall = questionsAtOnce === "all" || rubric !== "phrases";
  // Whether the message fits, and of each phrase whether it fits and which tag it serves.
  const verify = isOneCall ? 1 : (1 + 2 * phrases) * votes;
  const foreign = isOneCall ? 1 : (1 + phrases) * votes;
  return { row: useOf(2, verify), drawn: useOf(1, verify + foreign) };
}

function useOf(written: number, asked: number): ExpectedUse {
  return {
    calls: written + asked,
    inputTokens: written * tokens.write.inputTokens + asked * tokens.ask.inputTokens,
    outputTokens: written * tokens.write.outputTokens + asked * tokens.ask.outputTokens,
  };
}
