import { blankCode } from "../../texts/replies/blank-code.ts";
import type { Gate } from "./gate.ts";

/** The line that begins a turn of the user or a new task, in the words of common templates. */
const turns: readonly RegExp[] = [
  /^[>*_#\s]{0,6}(?:user|human|usuario|utilisateur|benutzer|nutzer|пользователь|用户|用戶|ユーザー|사용자)(?: ?\d)?[*_]{0,3}\s?[:：]/im,
  /^[*_#\s]{0,6}(?:ai )?assistant[*_]{0,3}\s?[:：]/im,
  /^#{1,4} ?(?:user|human|instruction|input|response|assistant|system|question)(?: ?\d)?\s?[:：]?\s*$|^#{1,4} ?(?:user|human|instruction|input|assistant|system)\s?[:：]/im,
  /^(?:user|human|assistant)[ \t]*$/m,
];
/** What asks for turns within the answer. */
const asksForTurns =
  /\b(?:dialog(?:ue)?s?|conversations?|chats?|interviews?|transcripts?|screenplays?|role-?play|q ?& ?a|few-shot|diálogo|conversación|gespräch|dialogue|conversation|conversa)\b|对话|對話|会話|対話|대화|диалог/i;

/**
 * Finds a response that goes on with the user's next turn, or with the next task of a template.
 * Turns that the original has too do not count, nor does an instruction that asks for a dialogue.
 * The first line is the response's own.
 */
export const runsOn: Gate<"runs-on"> = {
  name: "runs-on",
  finding: "the new response goes on with turns of its own",
  presets: { standard: "retry", paper: "off" },
  find({ reply, original, instruction }) {
    const text = reply.text.trimStart();
    const firstBreak = text.indexOf("\n");
    if (firstBreak === -1) return undefined;
    const rest = blankCode(text).slice(firstBreak + 1);
    for (const turn of turns) {
      const [found] = turn.exec(rest) ?? [];
      if (found === undefined || turn.test(original) || turn.test(instruction) || asksForTurns.test(instruction)) continue;
      return `it goes on with a turn of its own: "${found.trim()}"`;
    }
    return undefined;
  },
};
