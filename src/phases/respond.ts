import { z } from "zod";
import { isResponse, isToolCall, type Message } from "../records/message.ts";
import type { GateRecord } from "../records/outcome.ts";
import type { ChatMessage } from "../models/model.ts";
import { gatePolicies } from "./gates/gate.ts";
import { firstFinding, gateNames, gatePresets, gates } from "./gates/index.ts";
import type { Phase } from "./phase.ts";
import { RowDropped } from "./row-dropped.ts";
import { temperatureSchema, tokensSchema } from "./sampling-settings.ts";
import { Step, type PhaseContext } from "./step.ts";

const gatePolicy = z.enum(gatePolicies);
const settingsSchema = z.object({
  temperature: temperatureSchema,
  maxOutputTokens: tokensSchema,
  /** Which responses are written anew, on the new history. */
  turns: z.enum(["all", "last"]),
  /**
   * What each gate does about what it finds, by the gate's name. A gate without a policy is off,
   * because a run directory may be older than the gate. A gate that this version does not know is
   * left out.
   */
  gates: z
    .record(z.string(), z.unknown())
    .transform((recorded) => Object.fromEntries(gateNames.filter((name) => name in recorded).map((name) => [name, recorded[name]])))
    .pipe(z.record(z.string(), gatePolicy)),
  /** What becomes of a response that is still caught when asking again is used up. */
  whenExhausted: z.enum(["keep-original", "drop"]),
});
export type RespondSettings = Readonly<z.infer<typeof settingsSchema>>;

/**
 * Phase 4 of arXiv 2502.11330, section 3.4. Writes each response anew under the system message,
 * turn by turn, with the new turns as history. Gates check every new response. What they find is
 * recorded, together with what was done about it.
 */
export const respond: Phase<"respond", "generator", RespondSettings> = {
  name: "respond",
  asks: "generator",
  adds: "a new response A' to Q under the message without its tags",
  reasons: Object.fromEntries(gates.map(({ name, finding }) => [`gate-${name}`, finding])),
  settings: settingsSchema,
  config: settingsSchema
    .extend({ gates: z.partialRecord(z.enum(gateNames), gatePolicy) })
    .partial()
    .strict(),
  presets: {
    standard: {
      temperature: 0.7,
      maxOutputTokens: 1024,
      turns: "all",
      gates: gatePresets("standard"),
      whenExhausted: "keep-original",
    },
    paper: { temperature: 0.7, maxOutputTokens: 1024, turns: "all", gates: gatePresets("paper"), whenExhausted: "keep-original" },
  },
  retriesFrom: () => "respond",
  // The row's own responses.
  placeholderReply({ example }, settings, { call }) {
    const originals = example.messages.filter(isResponse).map(({ content }) => content);
    return originals[firstTurn(originals.length, settings) + call] ?? "";
  },
  /** @throws RowDropped (`gate-<name>`) when a gate's policy says so. */
  async run(row, settings, context) {
    const { example, systemMessage } = row;
    const messages: Message[] = [];
    const records: GateRecord[] = [];
    const originalResponses = example.messages.filter(isResponse).map((message) => message.content);
    const first = firstTurn(originalResponses.length, settings);
    let turn = 0;
    for (const message of example.messages) {
      if (!isResponse(message) || turn++ < first) {
        messages.push(message);
        continue;
      }
      const content = await respondOnce(messages, message.content, turn - 1, systemMessage, settings, records, context);
      messages.push({ role: "assistant", content, ...keptExtra(message) });
    }
    return { ...row, messages, originalResponses, gates: records };
  },
};

/** Index of the first response that is written anew, among the conversation's responses. */
function firstTurn(responses: number, { turns }: RespondSettings): number {
  return turns === "last" ? responses - 1 : 0;
}

/**
 * The old message's other keys that are not about its words. An old `reasoning_content`, for
 * example, would not fit the new words.
 */
function keptExtra({ extra }: Message): Pick<Message, "extra"> {
  const kept = Object.entries(extra ?? {}).filter(([key]) => ["name", "weight", "loss_weight", "train"].includes(key));
  return kept.length > 0 ? { extra: Object.fromEntries(kept) } : {};
}

/**
 * One new response, or the original one if a gate caught all that came.
 * @param turn Index of the response among the conversation's responses.
 * @param records Takes what gates found.
 * @throws RowDropped when a gate's policy says so.
 */
async function respondOnce(
  history: readonly Message[],
  original: string,
  turn: number,
  systemMessage: string,
  settings: RespondSettings,
  records: GateRecord[],
  context: PhaseContext,
): Promise<string> {
  const step = new Step(context);
  const prompt: ChatMessage[] = [{ role: "system", content: systemMessage }, ...asChat(history)];
  const instruction = history.findLast((message) => message.role === "user")?.content ?? "";
  const { maxOutputTokens } = settings;
  let { temperature } = settings;
  for (;;) {
    const reply = await step.ask(prompt, { temperature, maxOutputTokens });
    // At temperature 0 asking again would bring the same response again.
    temperature = Math.max(temperature, 0.3);
    const found = await firstFinding({ reply, original, systemMessage, instruction }, settings.gates);
    if (found === undefined) return reply.text.trim().toWellFormed();
    const { gate, policy, detail } = found;
    const again = policy === "retry" && step.mayAskAgain();
    const drop = !again && (policy === "drop" || (policy === "retry" && settings.whenExhausted === "drop"));
    records.push({ gate, turn, detail, action: again ? "retried" : drop ? "dropped" : "kept-original" });
    if (drop) throw new RowDropped("respond", `gate-${gate}`, `response ${turn + 1}: ${detail}`);
    if (!again) return original;
  }
}

/** Writes tool calls and their results as plain turns, which every chat template takes. */
function asChat(history: readonly Message[]): ChatMessage[] {
  const turns = history.map((message): ChatMessage => {
    if (message.role === "tool") return { role: "user", content: `Tool result:\n${message.content}` };
    const content = isToolCall(message) ? `${message.content}\n${JSON.stringify(message.extra?.["tool_calls"])}`.trim() : message.content;
    return { role: message.role, content };
  });
  // Strict templates want user and assistant in turn, so two tool results in a row become one turn.
  const merged: ChatMessage[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last?.role === turn.role) merged[merged.length - 1] = { role: turn.role, content: `${last.content}\n\n${turn.content}` };
    else merged.push(turn);
  }
  return merged;
}
