import type { ModelReply } from "../model.ts";

/** What became of a prompt. */
export interface Written {
  readonly text: string;
  readonly finishReason: ModelReply["finishReason"];
  readonly outputTokens: number;
  readonly confidences?: readonly number[];
}
