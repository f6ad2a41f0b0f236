import { blankCode } from "./blank-code.ts";
import { holdsToken, tokensIn, tokenSource } from "./control-tokens.ts";
import { holdsMark } from "./holds-mark.ts";
import { holdsReasoningMark, markSource, reasoningMarks, usedMarks } from "./reasoning-marks.ts";

/** Names of channels that stand alone after their tokens were lost. */
const firstChannel = /^\s*(?:(?:assistant)?(?:analysis|commentary|final|thought)[A-Z][a-z']*(?=,? [A-Za-z]|[.!]?\s*$)|thought\n)/;
const laterChannel = /assistant(?:analysis|commentary|final)(?=[A-Z\s])/;

const roleFirst = /^\s*(?:#{1,4} ?)?(?:\*\*)?(?:analysis|commentary|assistant|ai assistant|gpt4 correct|response|thinking\.\.\.)/i;
const anyMark = new RegExp(`${markSource}|${tokenSource}`, "iy");

/** Whether a reply may be more than its answer. Most replies are not, and this is quick to tell. */
export function mayBeForeign(text: string): boolean {
  return roleFirst.test(text) || firstChannel.test(text) || hasLaterChannel(text) || holdsMark(text, anyMark);
}

function hasLaterChannel(text: string): boolean {
  return text.includes("assistant") && laterChannel.test(text);
}

/**
 * What in an answer is a mark of reasoning, for people. It is there because the reply could not be
 * read with certainty. Marks in code and marks that are spoken of are text.
 * @param isKnown Whether the prompt or the response to be replaced holds a text.
 */
export function reasoningIn(text: string, isKnown: (text: string) => boolean): string | undefined {
  const channel = (firstChannel.exec(text) ?? laterChannel.exec(text))?.[0].trim();
  if (channel !== undefined && !isKnown(channel)) return `the name of a channel of reasoning: ${channel}`;
  if (!holdsReasoningMark(text)) return undefined;
  const mark = usedMarks(text, reasoningMarks(blankCode(text)))
    .map(({ start, end }) => text.slice(start, end))
    .find((found) => !isKnown(found));
  return mark && `the mark of reasoning ${mark}`;
}

/** What in an answer is a mark of reasoning or a token of a chat template outside of code. */
export function foreignIn(text: string, isKnown: (text: string) => boolean): string | undefined {
  if (!mayBeForeign(text)) return undefined;
  const reasoning = reasoningIn(text, isKnown);
  if (reasoning !== undefined || !holdsToken(text)) return reasoning;
  const token = tokensIn(blankCode(text)).find((found) => !isKnown(found));
  return token && `the template token ${token}`;
}
