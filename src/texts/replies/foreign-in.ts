import { blankCode } from "./blank-code.ts";
import { holdsToken, tokensIn } from "./control-tokens.ts";
import { holdsReasoningMark, reasoningMarks, usedMarks } from "./reasoning-marks.ts";

/** Names of channels that stand alone after their tokens were lost. */
const channelName =
  /^\s*(?:assistant)?(?:analysis|commentary|final|thought)[A-Z][a-z']*(?=,? [A-Za-z]|[.!]?\s*$)|^\s*thought\n|assistant(?:analysis|commentary|final)(?=[A-Z\s])/;

/**
 * What in an answer is a mark of reasoning, for people. It is there because the reply could not be
 * read with certainty. Marks in code and marks that are spoken of are text.
 * @param isKnown Whether the prompt or the response to be replaced holds a text.
 */
export function reasoningIn(text: string, isKnown: (text: string) => boolean): string | undefined {
  const channel = channelName.exec(text)?.[0].trim();
  if (channel !== undefined && !isKnown(channel)) return `the name of a channel of reasoning: ${channel}`;
  if (!/[<[◁]/.test(text) || !holdsReasoningMark(text)) return undefined;
  const mark = usedMarks(text, reasoningMarks(blankCode(text)))
    .map(({ start, end }) => text.slice(start, end))
    .find((found) => !isKnown(found));
  return mark && `the mark of reasoning ${mark}`;
}

/** What in an answer is a mark of reasoning or a token of a chat template outside of code. */
export function foreignIn(text: string, isKnown: (text: string) => boolean): string | undefined {
  const reasoning = reasoningIn(text, isKnown);
  if (reasoning !== undefined || !/[<[\]]/.test(text) || !holdsToken(text)) return reasoning;
  const token = tokensIn(blankCode(text)).find((found) => !isKnown(found));
  return token && `the template token ${token}`;
}
