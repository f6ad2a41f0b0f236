import type { Example } from "../records/example.ts";
import { isResponse, isToolCall, type Message } from "../records/message.ts";
import type { GateRecord } from "../records/outcome.ts";
import type { ChatMessage, ModelReply } from "../models/model.ts";
import { gateNames, gates, type GateName } from "./gates/index.ts";
import { RowDropped } from "./row-dropped.ts";
import { Step, type PhaseContext } from "./step.ts";

/** What to do when a gate finds something: ask again (then `whenExhausted`), keep the original response, drop the row, or not look. */
export type GatePolicy = "retry" | "keep-original" | "drop" | "off";

export interface RespondSettings {
  readonly temperature: number;
  readonly maxOutputTokens: number;
  /** Which assistant turns are written anew, on the new history. */
  readonly turns: "all" | "last";
  readonly gates: Readonly<Record<GateName, GatePolicy>>;
  /** What becomes of a response that is still caught when asking again is used up. */
  readonly whenExhausted: "keep-original" | "drop";
}

export interface Responded {
  /** The conversation with its new responses, without the system message. */
  readonly messages: readonly Message[];
  readonly originalResponses: readonly string[];
  readonly gates: readonly GateRecord[];
}

/**
 * Phase 4: writes each response anew under the system message, turn by turn, with the new turns as history. Gates check every new
 * response; what they find and what was done about it is recorded.
 * @throws RowDropped when a gate's policy says so.
 */
export async function respond(
  example: Example,
  systemMessage: string,
  settings: RespondSettings,
  context: PhaseContext,
): Promise<Responded> {
  const messages: Message[] = [];
  const records: GateRecord[] = [];
  const originalResponses = example.messages.filter(isResponse).map((message) => message.content);
  const firstTurn = settings.turns === "last" ? originalResponses.length - 1 : 0;
  let turn = 0;
  for (const message of example.messages) {
    if (!isResponse(message) || turn++ < firstTurn) {
      messages.push(message);
      continue;
    }
    const content = await respondOnce(messages, message.content, turn - 1, systemMessage, settings, records, context);
    messages.push({ role: "assistant", content, ...keptExtra(message) });
  }
  return { messages, originalResponses, gates: records };
}

/** Of the old message's other keys those that are not about its words: an old `reasoning_content` would not fit the new ones. */
function keptExtra({ extra }: Message): Pick<Message, "extra"> {
  const kept = Object.entries(extra ?? {}).filter(([key]) => ["name", "weight", "loss_weight", "train"].includes(key));
  return kept.length > 0 ? { extra: Object.fromEntries(kept) } : {};
}

async function respondOnce(
  history: readonly Message[],
  original: string,
  turn: number,
  systemMessage: string,
  settings: RespondSettings,
  records: GateRecord[],
  context: PhaseContext,
): Promise<string> {
  const step = new Step("respond", context);
  const prompt: ChatMessage[] = [{ role: "system", content: systemMessage }, ...asChat(history)];
  const instruction = history.findLast((message) => message.role === "user")?.content ?? "";
  const { maxOutputTokens } = settings;
  let { temperature } = settings;
  for (;;) {
    const reply = await step.ask(prompt, { temperature, maxOutputTokens });
    // At temperature 0 asking again would bring the same response again.
    temperature = Math.max(temperature, 0.3);
    const found = firstFinding(reply, original, systemMessage, instruction, settings);
    if (found === undefined) return reply.text.trim().toWellFormed();
    const { gate, detail } = found;
    const policy = settings.gates[gate];
    const again = policy === "retry" && step.mayAskAgain();
    const drop = !again && (policy === "drop" || (policy === "retry" && settings.whenExhausted === "drop"));
    records.push({ gate, turn, detail, action: again ? "retried" : drop ? "dropped" : "kept-original" });
    if (drop) throw new RowDropped("respond", `gate-${gate}`, `response ${turn + 1}: ${detail}`);
    if (!again) return original;
  }
}

function firstFinding(
  reply: ModelReply,
  original: string,
  systemMessage: string,
  instruction: string,
  settings: RespondSettings,
): { gate: GateName; detail: string } | undefined {
  for (const gate of gateNames) {
    if (settings.gates[gate] === "off") continue;
    const detail = gates[gate]({ reply, original, systemMessage, instruction });
    if (detail !== undefined) return { gate, detail };
  }
  return undefined;
}

/** Tool calls and their results as plain turns, which every chat template takes. */
function asChat(history: readonly Message[]): ChatMessage[] {
  const turns = history.map((message): ChatMessage => {
    if (message.role === "tool") return { role: "user", content: `Tool result:\n${message.content}` };
    const content = isToolCall(message) ? `${message.content}\n${JSON.stringify(message.extra?.["tool_calls"])}`.trim() : message.content;
    return { role: message.role, content };
  });
  // Strict templates want user and assistant in turn: two tool results in a row are one turn.
  const merged: ChatMessage[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last?.role === turn.role) merged[merged.length - 1] = { role: turn.role, content: `${last.content}\n\n${turn.content}` };
    else merged.push(turn);
  }
  return merged;
}
