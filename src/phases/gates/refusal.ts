import type { Gate } from "./gate.ts";

const cannot = "(?:can'?t|cannot|can not|unable|not able|won'?t|will not|not going to|must decline|have to decline)";
const help =
  "(?:assist|help|answer|provide|comply|fulfil+|discuss|create|write|share|generate|engage|continue|produce|give|support|participate|complete|do (?:that|this|it|so))";

/** How a response that declines begins, in lower case. */
const openings = [
  `i(?:'m| am)? ?(?:really |very |so |deeply |truly )?(?:sorry|afraid)\\b.{0,80}\\b${cannot}\\b`,
  `(?:sorry|(?:i |my |we )?(?:sincere )?apolog(?:ies|ize|ise))\\b.{0,80}\\b${cannot}\\b`,
  `unfortunately,? (?:i|we)(?:'m| am| are)? ${cannot}\\b.{0,40}\\b${help}`,
  `i(?:'m| am) (?:unable|not able) to (?:\\w+ly )?${help}`,
  `i (?:can'?t|cannot|can not|won'?t|will not) (?:\\w+ly )?${help}`,
  `i (?:must|have to|need to) (?:\\w+ly )?decline\\b`,
  `i(?:'m| am) not going to (?:do|help|assist|answer|write|provide)`,
  `as an? (?:ai|(?:large )?language model|assistant)\\b.{0,100}\\b(?:${cannot}|don'?t have)\\b`,
  `(?:it(?:'s| is)|this (?:is|goes)|that (?:is|goes)|doing so (?:is|goes)) against my\\b`,
  "(?:es tut mir leid|entschuldigung|tut mir leid|leider kann ich)\\b.{0,80}\\bnicht\\b",
  "(?:je suis (?:vraiment )?désolée?|désolée?|malheureusement)\\b.{0,60}ne (?:peux|puis|suis)",
  "(?:lo siento|lo lamento|lamentablemente)\\b.{0,60}no puedo",
  "(?:mi dispiace|spiacente|purtroppo)\\b.{0,60}non posso",
  "(?:desculpe|sinto muito|lamento|infelizmente)\\b.{0,60}não (?:posso|consigo)",
  "(?:извините|простите|к сожалению).{0,60}не могу",
  "(?:很)?(?:抱歉|遗憾|遺憾|对不起|對不起).{0,40}(?:无法|無法|不能)",
  "(?:申し訳|すみません|残念ながら).{0,60}(?:できません|できかねます)",
  "(?:죄송|미안).{0,60}(?:없습니다|어렵습니다|없어요)",
].map((opening) => new RegExp(`^${opening}`, "su"));

/**
 * Finds a response that declines to answer although the original does not. A reply that a content
 * filter ended declines too.
 */
export const refusal: Gate<"refusal"> = {
  name: "refusal",
  finding: "the new response refuses",
  cure: "take another generator",
  presets: { standard: "retry", paper: "off" },
  find: ({ reply, original }) =>
    (reply.finishReason === "content-filter" || declines(reply.text)) && !declines(original)
      ? "the response declines to answer"
      : undefined,
};

function declines(text: string): boolean {
  const start = text
    .slice(0, 400)
    .replace(/[’‘]/g, "'")
    .replace(/^[\s*_"'>#]+/, "")
    .toLowerCase();
  return openings.some((opening) => opening.test(start));
}
