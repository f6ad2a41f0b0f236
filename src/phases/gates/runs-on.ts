import { blankCode } from "../../texts/replies/blank-code.ts";
import type { Gate } from "./gate.ts";

const speakers = "user|human|usuario|utilisateur|benutzer|nutzer|пользователь|用户|用戶|ユーザー|사용자";
/** The line that begins a turn of the user or a new task, in the words of common templates. */
const turns: readonly string[] = [
  `[>*_#\\s]{0,6}(?:${speakers})(?: ?\\d)?[*_]{0,3}\\s?[:：]`,
  String.raw`[*_#\s]{0,6}(?:ai )?assistant[*_]{0,3}\s?[:：]`,
  String.raw`#{1,4} ?(?:user|human|instruction|input|response|assistant|system|question)(?: ?\d)?\s?[:：]?[ \t]*$|#{1,4} ?(?:user|human|instruction|input|assistant|system)\s?[:：]`,
  String.raw`(?:user|human|assistant)[ \t]*$`,
];
const anyTurn = new RegExp(turns.join("|"), "imy");
const eachTurn = turns.map((turn) => new RegExp(`^(?:${turn})`, "im"));
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
  cure: "check that the server uses the model's chat template, or take another generator",
  presets: { standard: "retry", paper: "off" },
  find({ reply, original, instruction }) {
    const text = reply.text.trimStart();
    if (!holdsTurn(text)) return undefined;
    const rest = blankCode(text).slice(text.indexOf("\n") + 1);
    for (const turn of eachTurn) {
      const [found] = turn.exec(rest) ?? [];
      if (found === undefined || turn.test(original) || turn.test(instruction) || asksForTurns.test(instruction)) continue;
      return `it goes on with a turn of its own: "${found.trim()}"`;
    }
    return undefined;
  },
};

function holdsTurn(text: string): boolean {
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    anyTurn.lastIndex = at + 1;
    if (anyTurn.test(text)) return true;
  }
  return false;
}
