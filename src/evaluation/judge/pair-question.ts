import { z } from "zod";
import { sharedConstraint, sharedHead } from "../../models/messages-json.ts";
import type { ChatMessage, OutputForm } from "../../models/model.ts";
import { fence, transcript } from "../../phases/prompts/fence.ts";
import { readJson } from "../../phases/read-json.ts";
import type { Message } from "../../records/message.ts";
import { dataRule, reasonRule, shownHistory } from "./reply-parts.ts";
import type { Side, Subject } from "./subject.ts";

/** Whether the judge sees the system message. In the paper (arXiv 2502.11330) it did not. */
export type JudgeMode = "system-shown" | "system-hidden";

/** The place at which the better response was shown. */
export type Slot = "first" | "second" | "tie";

export interface PairReply {
  /** Undefined when the reply gives no verdict that can be read. */
  readonly slot: Slot | undefined;
  readonly reason: string;
}

const criteria: Readonly<Record<JudgeMode, string>> = {
  "system-shown": `You compare two responses that an AI assistant gave in the same conversation. You see the assistant's system message, the conversation and the two responses.

The better response is the one that does what the user asks, correctly and completely, and obeys the system message in all that it says and that applies here. A response that breaks the system message is worse than one that obeys it and serves the user as well.`,
  "system-hidden": `You compare two responses that an AI assistant gave in the same conversation. You see the conversation and the two responses.

The better response is the one that does what the user asks, correctly, completely and clearly.`,
};

const fairness = `Which response is shown first says nothing about it. A longer response is better only where the user needs what it adds. Where a response stands at the end of a conversation of its own, judge its last turn. When neither is better, it is a tie.

Give your reason first, then the verdict.`;

const heads: Readonly<Record<JudgeMode, readonly ChatMessage[]>> = {
  "system-shown": headOf("system-shown"),
  "system-hidden": headOf("system-hidden"),
};

function headOf(mode: JudgeMode): readonly ChatMessage[] {
  return sharedHead([{ role: "system", content: `${criteria[mode]}\n\n${fairness}\n\n${dataRule}` }]);
}

/** How to reply, in sentences. Small models copy a form that has words to fill in. */
const how: Readonly<Record<OutputForm, string>> = {
  tagged:
    "Reply with two lines and nothing else. The first begins with Reason: and says in a sentence or two what decides it. The second is Verdict: 1, Verdict: 2 or Verdict: tie.",
  json: 'Reply with JSON and nothing else: {"reason": what decides it, in a sentence or two, "verdict": "1", "2" or "tie"}',
};

/**
 * Question 1, which of two responses is better. With the system message shown, the question is
 * about the user's instruction and the system message (docs/judge.md). With it hidden, it is the
 * question of the paper (arXiv 2502.11330, figure 3).
 * @param first Which response is shown first.
 */
export function pairMessages(subject: Subject, first: "original" | "new", mode: JudgeMode, form: OutputForm): ChatMessage[] {
  const sides = first === "original" ? [subject.original, subject.new] : [subject.new, subject.original];
  const isShared = sameHistory(subject.original.history, subject.new.history);
  const { history } = subject.original;
  // Turns before the last one may have been written anew too. Then the conversation holds only the
  // user's turns, which are the same for both, and each response has its own conversation.
  const conversation = transcript(isShared ? history : history.filter(({ role }) => role === "user"), shownHistory);
  const parts = [
    ...(mode === "system-shown" ? [fence("system message", subject.systemMessage)] : []),
    fence("conversation", conversation),
    ...sides.map((side, index) => fence(`response ${index + 1}`, isShared ? side.response : withHistory(side))),
    how[form],
  ];
  return [...heads[mode], { role: "user", content: parts.join("\n\n") }];
}

function sameHistory(a: readonly Message[], b: readonly Message[]): boolean {
  return a.every((message, index) => message.content === b[index]?.content);
}

function withHistory({ history, response }: Side): string {
  return `${transcript(history, shownHistory)}\n\nAssistant: ${response}`;
}

export const pairConstraint = sharedConstraint({
  grammar: `root ::= "Reason: " reason "\\nVerdict: " verdict\n${reasonRule(400)}\nverdict ::= "1" | "2" | "tie"\n`,
  jsonSchema: {
    type: "object",
    properties: { reason: { type: "string" }, verdict: { type: "string", enum: ["1", "2", "tie"] } },
    required: ["reason", "verdict"],
    additionalProperties: false,
  },
});

/** Tokens that a reason and a verdict need. Thoughts are not included. */
export const pairOutputTokens = 512;

const labels: Readonly<Record<string, Slot>> = {
  "1": "first",
  first: "first",
  one: "first",
  "2": "second",
  second: "second",
  two: "second",
  tie: "tie",
};
const label = String.raw`\b(1|2|one|two|first|second|tie)\b`;
const verdictLine = new RegExp(
  String.raw`^[^\p{L}\d\n]{0,6}(?:final )?verdict[^\p{L}\d\n:]{0,4}:[^\p{L}\d]{0,6}(?:response )?${label}([^\n]*)$`,
  "gimu",
);
const bare = new RegExp(String.raw`^\W{0,4}(?:response )?${label}\W{0,4}$`, "iu");
const jsonReply = z.object({ reason: z.string().catch(""), verdict: z.union([z.string(), z.number()]) });

/**
 * Reads the last verdict of a reply, and its reason. There is no verdict when its line names
 * another one too, as in "1 or 2". Never throws.
 */
export function readPair(reply: string): PairReply {
  const json = readJson(reply, jsonReply);
  if (json) return { slot: labels[(bare.exec(String(json.verdict))?.[1] ?? "").toLowerCase()], reason: json.reason };
  const reason = /^[^\p{L}\n]{0,6}reason[^\p{L}\d\n]{1,6}(.+)$/imu.exec(reply)?.[1]?.trim() ?? "";
  const alone = bare.exec(reply.trim())?.[1];
  if (alone !== undefined) return { slot: labels[alone.toLowerCase()], reason };
  const [, word = "", rest = ""] = [...reply.matchAll(verdictLine)].at(-1) ?? [];
  const slot = labels[word.toLowerCase()];
  const others = [...rest.matchAll(new RegExp(label, "giu"))].some(([other]) => labels[other.toLowerCase()] !== slot);
  return { slot: others ? undefined : slot, reason };
}
