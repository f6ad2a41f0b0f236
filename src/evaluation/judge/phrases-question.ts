import { z } from "zod";
import { sharedHead } from "../../models/messages-json.ts";
import type { ChatMessage, OutputConstraint, OutputForm } from "../../models/model.ts";
import { fence, transcript } from "../../phases/prompts/fence.ts";
import { readJson } from "../../phases/read-json.ts";
import { dataRule, reasonRule, shownHistory } from "./reply-parts.ts";
import type { PhraseVerdict } from "./row-verdicts.ts";
import type { Subject } from "./subject.ts";

export interface PhraseReply {
  readonly verdict: PhraseVerdict;
  readonly reason: string;
}

const instructions = `You check whether a response of an AI assistant obeys its system message, phrase by phrase. You see the conversation, the response, and the numbered phrases of the system message.

A phrase is Obeyed when the response does what the phrase asks, or is as the phrase says it is to be.
A phrase is Violated when the response does not do it although it could have, or goes against it.
A phrase is Not applicable when this conversation gives no occasion for it, or when no response could show whether it was obeyed.

Judge each phrase on its own, by the response alone: how good the response is otherwise does not matter. For each phrase give your reason first, then the verdict.

${dataRule}`;

const head = sharedHead([{ role: "system", content: instructions }]);

/** Question 2, whether the new response obeys each phrase of the system message. */
export function phrasesMessages(subject: Subject, form: OutputForm): ChatMessage[] {
  const { phrases } = subject;
  const listed = phrases.map(({ tag, text }, index) => `${index + 1}. ${tag}: ${text}`).join("\n");
  const count = phrases.length;
  const how =
    form === "json"
      ? `Reply with JSON and nothing else: {"verdicts": [{"reason": what decides it, in a sentence, "verdict": "Obeyed", "Violated" or "Not applicable"}, ...]}, for each of the ${count} phrases in order.`
      : `Reply with two lines for each of the phrases, 1 to ${count}, and nothing else. For phrase 1 the first line begins with Reason 1: and says in a sentence what decides it; the second is Verdict 1: Obeyed, Verdict 1: Violated or Verdict 1: Not applicable. So on for the others, with their numbers.`;
  const parts = [
    fence("conversation", transcript(subject.new.history, shownHistory)),
    fence("response", subject.new.response),
    fence("phrases", listed),
    how,
  ];
  return [...head, { role: "user", content: parts.join("\n\n") }];
}

export function phrasesConstraint({ phrases }: Subject): OutputConstraint {
  const lines = phrases.map((_, index) => `"Reason ${index + 1}: " reason "\\nVerdict ${index + 1}: " verdict`).join(' "\\n" ');
  return {
    grammar: `root ::= ${lines}\n${reasonRule(200)}\nverdict ::= "Obeyed" | "Violated" | "Not applicable"\n`,
    jsonSchema: {
      type: "object",
      properties: {
        verdicts: {
          type: "array",
          items: {
            type: "object",
            properties: { reason: { type: "string" }, verdict: { type: "string", enum: ["Obeyed", "Violated", "Not applicable"] } },
            required: ["reason", "verdict"],
            additionalProperties: false,
          },
        },
      },
      required: ["verdicts"],
      additionalProperties: false,
    },
  };
}

/** Tokens that reasons and verdicts need. Thoughts are not included. */
export function phrasesOutputTokens({ phrases }: Subject): number {
  return 64 + 160 * phrases.length;
}

const word = String.raw`(obeyed|violated|not[ -]?applicable|n\/a)`;
const verdictLine = new RegExp(String.raw`^[^\p{L}\d\n]{0,6}verdict[^\p{L}\d\n]{0,4}(\d{0,3})[^\p{L}\d\n]{1,8}${word}([^\n]*)$`, "gimu");
const reasonLine = /^[^\p{L}\d\n]{0,6}reason[^\p{L}\d\n]{0,4}(\d{0,3})[^\p{L}\d\n]{1,6}([^\n]+)$/gimu;
const jsonReply = z.object({ verdicts: z.array(z.object({ reason: z.string().catch(""), verdict: z.string() })) });

/**
 * Reads a verdict for each phrase. A phrase is `unparsed` when the reply gives none for it, gives
 * two different ones, or names another verdict on the same line. Never throws.
 */
export function readPhrases(reply: string, { phrases }: Subject): PhraseReply[] {
  const listed = readJson(reply, jsonReply)?.verdicts;
  if (listed?.length === phrases.length) return listed.map(({ reason, verdict }) => ({ verdict: verdictOf(verdict), reason }));
  // A single phrase needs no number.
  const indexOf = (number: string): number => (number === "" && phrases.length === 1 ? 0 : Number(number) - 1);
  const verdicts = new Map<number, PhraseVerdict>();
  for (const [, number = "", label = "", rest = ""] of reply.matchAll(verdictLine)) {
    const index = indexOf(number);
    const named = [...rest.matchAll(new RegExp(word, "giu"))].every(([other]) => verdictOf(other) === verdictOf(label));
    const verdict = named ? verdictOf(label) : "unparsed";
    verdicts.set(index, verdicts.has(index) && verdicts.get(index) !== verdict ? "unparsed" : verdict);
  }
  const reasons = new Map([...reply.matchAll(reasonLine)].map(([, number = "", reason = ""]) => [indexOf(number), reason.trim()]));
  return phrases.map((_, index) => ({ verdict: verdicts.get(index) ?? "unparsed", reason: reasons.get(index) ?? "" }));
}

function verdictOf(label: string): PhraseVerdict {
  const lower = label.trim().toLowerCase().replace(/[ -]/g, "");
  if (lower === "obeyed" || lower === "violated") return lower;
  return lower === "notapplicable" || lower === "n/a" ? "not-applicable" : "unparsed";
}
