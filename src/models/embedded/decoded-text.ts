import type { ModelReply } from "../model.ts";

/** The text that was decoded after a prompt. */
export interface DecodedText {
  readonly text: string;
  readonly finishReason: ModelReply["finishReason"];
  readonly outputTokens: number;
}
