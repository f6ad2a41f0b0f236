import type { ModelReply } from "../model.ts";

/** The text that was decoded after a prompt. */
export interface DecodedText {
  readonly text: string;
  readonly finishReason: ModelReply["finishReason"];
  readonly outputTokens: number;
  /** The model's probability for each choice that was read (`readChoices`). */
  readonly confidences?: readonly number[];
}
