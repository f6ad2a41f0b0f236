import { blankCode } from "./blank-code.ts";
import { withoutLead } from "./control-tokens.ts";
import type { IsKnown } from "./without-reasoning.ts";

const finalChannel = /<\|channel\|>\s*final\b[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>/;
const beginsRaw = /^\s*(?:(?:<\|start\|>)?\s*(?:assistant)?\s*<\|(?:channel|message)\|>|(?:analysis|commentary|final)\s*<\|message\|>)/;
const endOfMessage = /<\|(?:end|return|call|start|channel)\|>/;
const beginsBare = /^\s*(?:assistant)?(?:analysis|commentary)/;
const bareFinal = /assistant(?:\s*\n)?\s*final\s*(?=[^a-z\s])|assistantfinal\s*/;

/**
 * The answer of a reply in Harmony, the format of gpt-oss, whose channels a server left in the
 * text. It is the message of the channel `final`. The tokens of the channels may be gone, as in
 * `analysisThe user asks ...assistantfinalThe Loire.`. A reply without the channel is an empty
 * text, and one in another format stays as it is.
 */
export function finalChannelIn(text: string, isKnown: IsKnown): string {
  if (text.includes("<|")) {
    const bare = blankCode(text);
    const final = finalChannel.exec(bare);
    const isRaw = beginsRaw.test(bare);
    if (final && (isRaw || !isKnown("<|channel|>"))) return messageAt(text, final.index + final[0].length);
    if (isRaw) return withoutChannels(text);
  }
  const final = beginsBare.test(text) || /^\s*assistantfinal/.test(text) ? bareFinal.exec(text) : null;
  return final ? withoutLead(text.slice(final.index + final[0].length)) : text;
}

function messageAt(text: string, start: number): string {
  const rest = text.slice(start);
  const end = endOfMessage.exec(blankCode(rest));
  return withoutLead(end ? rest.slice(0, end.index) : rest);
}

/** What stands behind the last channel, or in a message without one. */
function withoutChannels(text: string): string {
  const message = /^\s*(?:(?:<\|start\|>)?\s*assistant\s*)?(?:final\s*)?<\|message\|>/.exec(text);
  if (message) return messageAt(text, message[0].length);
  return withoutLead(/<\|end\|>(?!\s*<\|start\|>)([^]*)$/.exec(text)?.[1] ?? "");
}
