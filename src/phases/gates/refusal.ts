import type { Gate } from "./gate.ts";

const opening = [
  /^(i'?m|i am|we are) (really |very |so )?(sorry|afraid)[^.!\n]{0,40}\b(can'?t|cannot|unable|not able|won'?t)\b/,
  /^(sorry|apologies|unfortunately)[^.!\n]{0,40}\b(can'?t|cannot|unable|not able|won'?t)\b/,
  /^i (can'?t|cannot|can not|won'?t|am unable to|'?m unable to|am not able to|'?m not able to|must decline)\b[^.!\n]{0,60}\b(help|assist|answer|provide|comply|fulfil|do|discuss|create|write|share|with)/,
  /^as an ai\b[^.!\n]{0,80}\b(can'?t|cannot|unable|not able|don'?t have)\b/,
  /^(es tut mir leid|entschuldigung)[^.!\n]{0,60}\b(kann|darf)\b[^.!\n]{0,60}\bnicht\b/,
  /^(je suis désolé|désolé)[^.!\n]{0,60}\bne (peux|puis)\b/,
  /^(lo siento|lo lamento)[^.!\n]{0,60}\bno puedo\b/,
  /^(抱歉|对不起|很抱歉)[^。\n]{0,30}(无法|不能)/,
  /^(申し訳|すみません)[^\n]{0,40}(できません|できかねます)/,
  /^죄송[^\n]{0,40}(없습니다|어렵습니다)/,
];

/** A response that declines, where the original did not. */
export const refusal: Gate = ({ reply, original }) =>
  (reply.finishReason === "content-filter" || declines(reply.text)) && !declines(original) ? "the response declines to answer" : undefined;

function declines(text: string): boolean {
  const start = text.trim().slice(0, 300).toLowerCase().replaceAll("’", "'");
  return opening.some((pattern) => pattern.test(start));
}
