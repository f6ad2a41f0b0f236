import { holdsMark } from "./holds-mark.ts";
import { holdsReasoningMark } from "./reasoning-marks.ts";

/** Tokens of chat templates that are no text, as their names are written. */
export const tokenSource = [
  // ChatML, Llama 3, Phi, GLM, Cohere, Harmony and their kin, Gemma 4, and DeepSeek.
  String.raw`<\|\/?[a-z][\w.:\/-]{0,40}\|>`,
  String.raw`<\|(?:turn|channel|think|tool_call|tool_response|tool|image|audio)>|<(?:turn|channel|tool_call|tool_response|tool)\|>`,
  "<｜[^<>｜\\n]{1,40}｜>",
  // Llama 2, Mistral, Gemma, T5 and older ones.
  String.raw`<\/?s>|<\/?(?:eos|bos|pad|unk|eop|sop|eod|eot|eom|eoa|eoh|end_of_text|endoftext)>`,
  "<(?:start|end)_of_(?:turn|utterance|sentence|message)>",
  String.raw`\[\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<?<\/?SYS>>`,
  String.raw`\[(?:EOS|BOS|PAD|UNK|[gs]MASK|end of text)\]|\[\|[a-z]{2,20}\|\]|\[e~\[|\]~[a-z!]{1,3}[\[\]]`,
  String.raw`<(?:reserved|extra_id|SPECIAL|unused)_?\d{1,4}>|\[unused\d{1,4}\]`,
].join("|");
const token = new RegExp(tokenSource, "iy");
const tokensAnywhere = new RegExp(tokenSource, "gi");
const atEnd = new RegExp(`(?:${tokenSource})$`, "i");
/** No token has more characters. */
const longestToken = 64;
/** The role of the one who replies, behind the token that opens it. */
const atStart = new RegExp(`^\\s*(?:${tokenSource})(?:(?:assistant|model|bot|gpt)(?=\\s*(?:\\n|$|<|\\[)))?`, "i");

export function holdsToken(text: string): boolean {
  return holdsMark(text, token);
}

/**
 * Takes the tokens off the beginning and the end of a reply, where a server left them. A token that
 * stands in a sentence is text. Marks of reasoning stay.
 * @param isKnown Whether the prompt or the original response holds a text.
 */
export function withoutOuterTokens(text: string, isKnown: (token: string) => boolean): string {
  const isStrikingOut = /<\/?s>/.test(text) && strikesOut(text);
  const isStruck = (token: string): boolean => isStrikingOut && /<\/?s>/.test(token);
  let rest = text;
  for (let found = atStart.exec(rest); found !== null; found = atStart.exec(rest)) {
    const after = rest.slice(found[0].length);
    if (after.trim() === "" && isKnown(found[0].trim())) break;
    if (opensOther.test(rest) || holdsReasoningMark(found[0]) || /^ \p{Ll}/u.test(after) || isStruck(found[0])) break;
    rest = withoutLead(after);
  }
  let end = rest.length;
  for (;;) {
    const tail = rest.slice(Math.max(0, end - 2 * longestToken), end);
    const bare = tail.trimEnd();
    const [found] = atEnd.exec(bare.slice(-longestToken)) ?? [];
    if (found === undefined || holdsReasoningMark(found) || isStruck(found)) break;
    const before = end - tail.length + bare.length - found.length;
    if (/[\p{L}\p{N},] $/u.test(rest.slice(Math.max(0, before - 2), before))) break;
    if (isKnown(found) && rest.slice(0, before).trim() === "") break;
    end = before;
  }
  return end === rest.length ? rest : rest.slice(0, end).trimEnd();
}

/** A token that opens another's turn. */
const opensOther =
  /^\s*(?:<[|｜](?:user|human|system|tool|observation)[|｜]>|(?:<\|(?:im_start|start_header_id|turn)\|?>|<start_of_turn>)(?:user|human|system|tool))/i;

/**
 * Whether a text strikes words out by `<s>` and `</s>`, as HTML does. One pair around the whole is
 * that of Llama 2.
 */
function strikesOut(text: string): boolean {
  const whole = text.trim();
  const open = whole.indexOf("<s>");
  const close = whole.indexOf("</s>", open);
  return open !== -1 && close !== -1 && (open > 0 || close + "</s>".length < whole.length);
}

/** Takes off the blank lines at the beginning, or one space. Indentation stays. */
export function withoutLead(text: string): string {
  return text.replace(/^(?:[^\S\n]*\n)+/, "").replace(/^ (?=\S)/, "");
}

/** The tokens of a text from which code was blanked. */
export function tokensIn(text: string): readonly string[] {
  const found = text.match(tokensAnywhere) ?? [];
  return strikesOut(text) ? found.filter((token) => !/<\/?s>/.test(token)) : found;
}
