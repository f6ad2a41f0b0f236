import { z } from "zod";
import { isResponse, lossKeys, toolCallsOf, type Message } from "../records/message.ts";
import type { GateRecord } from "../records/outcome.ts";
import { responseOrigin, type ResponseOrigin } from "../records/response-origin.ts";
import { turnWithoutReasoning, withoutReasoning } from "../records/reasoning.ts";
import { isKept, toolDefinitions } from "../records/tools.ts";
import { answersOf } from "../records/answers.ts";
import type { ChatMessage, ModelReply } from "../models/model.ts";
import type { QuestionSettings } from "./ask-questions.ts";
import { checkResponse, type CheckedResponse } from "./check-response.ts";
import { gatePolicies, type GatePolicy } from "./gates/gate.ts";
import { askGates, gateNames, gatePresets, gates, type Findings } from "./gates/index.ts";
import { askOwnGates, type GatedResponse } from "./own/own-gate.ts";
import type { Phase } from "./phase.ts";
import { instructionsOf, respondTextsSchema, systemTurn } from "./prompts/instructions.ts";
import { textSourceSchema } from "./prompts/own/text-file.ts";
import { compareMessages, compareQuestion, obeyMessages, obeyQuestion } from "./prompts/response-questions.ts";
import { RowDropped } from "./row-dropped.ts";
import type { RowUnderWay } from "./row-under-way.ts";
import { temperatureSchema, tokensSchema } from "./sampling-settings.ts";
import { Step, type PhaseContext } from "./step.ts";

/** The name of the judge's check among the gates. */
const judgeCheck = "judge";
/** What a person can do if many responses are caught, by gate, as the rest of a sentence. */
export const gateCures: Readonly<Record<string, string>> = {
  ...Object.fromEntries(gates.map(({ name, cure }) => [name, cure])),
  [judgeCheck]: "take a larger generator, or a larger judge (--judge-model)",
};
/** How the judge is asked. */
export const checkSettings: QuestionSettings = { temperature: 0, maxOutputTokens: 256, votes: 1 };

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
  /**
   * What is done about a response that the judge finds wrong, once no gate found anything. The
   * judge is asked whether it follows the system message, and whether the original is better.
   */
  check: gatePolicy,
  /** What becomes of a response that is still caught when asking again is used up. */
  whenExhausted: z.enum(["keep-original", "drop"]),
  texts: respondTextsSchema.optional(),
});
export type RespondSettings = Readonly<z.infer<typeof settingsSchema>>;

const configSchema = settingsSchema
  .omit({ texts: true })
  .partial()
  .extend({
    // Own gates have names of their own. The start of a run checks that each name is a gate's.
    gates: z.record(z.string(), gatePolicy).optional(),
    instructions: textSourceSchema
      .optional()
      .describe(
        "a file with what your generator is told beside the system message, of which the dataset holds nothing ([customize.md](customize.md))",
      ),
  })
  .strict();

/**
 * Phase 4 of arXiv 2502.11330, section 3.4. Writes each response anew under the system message,
 * turn by turn, with the new turns as history. Gates check every new response. What they find is
 * recorded, together with what was done about it.
 */
export const respond: Phase<"respond", "generator", RespondSettings, Readonly<z.infer<typeof configSchema>>> = {
  name: "respond",
  asks: "generator",
  adds: "a new response A' to Q under the message without its tags",
  reasons: {
    ...Object.fromEntries(gates.map(({ name, finding }) => [`gate-${name}`, finding])),
    [`gate-${judgeCheck}`]: "the judge found the new response wrong",
    "original-under-foreign-message": "the new responses were caught, and the message does not look like the row's own",
  },
  settings: settingsSchema,
  config: configSchema,
  presets: {
    standard: {
      temperature: 0.7,
      maxOutputTokens: 1024,
      turns: "all",
      gates: gatePresets("standard"),
      check: "off",
      whenExhausted: "keep-original",
    },
    paper: {
      temperature: 0.7,
      maxOutputTokens: 1024,
      turns: "all",
      gates: gatePresets("paper"),
      check: "off",
      whenExhausted: "keep-original",
    },
  },
  prompt({ check, texts }) {
    const { ownWords } = instructionsOf(texts);
    const checked = check === "off" ? [] : [obeyMessages([], "A"), obeyQuestion("S"), compareMessages([], "A", "B"), compareQuestion];
    const parts = ownWords === undefined ? checked : [...checked, ownWords];
    return parts.length === 0 ? undefined : parts;
  },
  retriesFrom: (reason) => (reason === "original-under-foreign-message" ? "generate" : "respond"),
  // The row's own responses.
  placeholderReply({ example }, settings, { call }) {
    const originals = example.messages.filter(isResponse);
    const asked = originals.slice(firstTurn(originals.length, settings)).filter((message) => !isKept(message, example));
    return asked[call]?.content ?? "";
  },
  /** @throws RowDropped (`gate-<name>`) when a gate's policy says so. */
  async run(row, settings, context) {
    const { example } = row;
    const messages: Message[] = [];
    const records: GateRecord[] = [];
    const originalResponses = example.messages.filter(isResponse).map((message) => message.content);
    const first = firstTurn(originalResponses.length, settings);
    const responses: ResponseOrigin[] = [];
    const last = originalResponses.length - 1;
    let asked = 0;
    for (const message of example.messages) {
      if (!isResponse(message)) {
        messages.push(message);
        continue;
      }
      const turn = responses.length;
      if (turn < first || isKept(message, example)) {
        messages.push(isKept(message, example) ? message : turnWithoutReasoning(message));
        responses.push("original");
        continue;
      }
      asked++;
      const content = await respondOnce({
        history: messages,
        original: withoutReasoning(message.content),
        turn,
        isLast: turn === last,
        row,
        settings,
        records,
        context,
      });
      messages.push({ role: "assistant", content, ...keptExtra(message) });
      responses.push(responseOrigin({ gates: records }, turn));
    }
    const answers = (settings.gates["wrong-answer"] ?? "off") === "off" ? undefined : answersOf(records, asked);
    return { ...row, messages, originalResponses, responses, gates: records, answers };
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
  const kept = Object.entries(extra ?? {}).filter(([key]) => keptKeys.has(key));
  return kept.length > 0 ? { extra: Object.fromEntries(kept) } : {};
}

const keptKeys: ReadonlySet<string> = new Set(["name", ...lossKeys]);

interface Responding {
  readonly history: readonly Message[];
  readonly original: string;
  /** Index of the response among the conversation's responses. */
  readonly turn: number;
  readonly isLast: boolean;
  readonly row: RowUnderWay;
  readonly settings: RespondSettings;
  /** Takes what gates found. */
  readonly records: GateRecord[];
  readonly context: PhaseContext;
}

/**
 * One new response, or the original one if a gate caught all that came.
 * @throws RowDropped when a gate's policy says so, and when the original would be kept under a
 * message that does not look like the row's own.
 */
async function respondOnce({ history, original, turn, isLast, row, settings, records, context }: Responding): Promise<string> {
  const { systemMessage } = row;
  const step = new Step(context);
  const told = systemTurn(settings.texts, systemMessage, toolDefinitions(row.example));
  const prompt: ChatMessage[] = [{ role: "system", content: told }, ...asChat(history)];
  const instruction = history.findLast((message) => message.role === "user")?.content ?? "";
  // No reader of the dataset sees the user's own instructions either.
  const hidden = settings.texts === undefined ? systemMessage : told;
  const compared = { original, systemMessage: hidden, instruction, columns: isLast ? row.example.columns : {} };
  const { maxOutputTokens } = settings;
  let { temperature } = settings;
  const { example } = row;
  const { tags } = context;
  const seenBy = ({ finishReason, usage }: ModelReply, response: string): GatedResponse => ({
    ...compared,
    columns: example.columns,
    response,
    // The history grows with the next turn.
    history: [...history],
    turn,
    example,
    finishReason,
    usage,
  });
  for (;;) {
    const reply = await step.ask(prompt, { temperature, maxOutputTokens }, { original });
    // At temperature 0 asking again would bring the same response again.
    temperature = Math.max(temperature, 0.3);
    const response = trimmed(reply.text, original).toWellFormed();
    const gated = await askGates({ reply, ...compared, tags }, settings.gates);
    const found =
      gated.found ??
      (await askOwnGates(context.ownGates, () => seenBy(reply, response), settings.gates)) ??
      (await judged({ history, response, original, systemMessage }, settings, context));
    if (found === undefined) {
      recordNotChecked(gated, turn, records);
      return response;
    }
    const { gate, policy, detail } = found;
    const again = policy === "retry" && step.mayAskAgain();
    const drop = !again && (policy === "drop" || (policy === "retry" && settings.whenExhausted === "drop"));
    records.push({ gate, turn, detail, action: again ? "retried" : drop ? "dropped" : "kept-original" });
    if (drop) throw new RowDropped("respond", `gate-${gate}`, `response ${turn + 1}: ${detail}`);
    if (again) continue;
    if (row.looksForeign)
      throw new RowDropped("respond", "original-under-foreign-message", `response ${turn + 1}: ${detail}; the original is not kept`);
    recordNotChecked(await askGates({ reply: { ...reply, text: original }, ...compared, tags }, settings.gates), turn, records);
    return original;
  }
}

function recordNotChecked({ notChecked }: Findings, turn: number, records: GateRecord[]): void {
  for (const { gate, detail } of notChecked) records.push({ gate, turn, detail, action: "not-checked" });
}

/**
 * A response without the blanks around it. The first line's indentation stays, because code may
 * need it. One space is most servers' own, unless other lines or the original begin with one too.
 */
function trimmed(text: string, original: string): string {
  const lines = text.trimEnd().replace(/^(?:[^\S\n]*\n)+/, "");
  return /^ \S/.test(lines) && !/^\s/.test(original) && !/\n[ \t]/.test(lines) ? lines.slice(1) : lines;
}

/**
 * What the judge finds wrong with a response, if it is asked.
 * @throws ModelError without a reply.
 */
async function judged(
  checked: CheckedResponse & { readonly original: string },
  { check: policy }: RespondSettings,
  context: PhaseContext,
): Promise<{ gate: string; policy: GatePolicy; detail: string } | undefined> {
  if (policy === "off") return undefined;
  const detail = await checkResponse(checked, checkSettings, context.check, () => context.obedience());
  return detail === undefined ? undefined : { gate: judgeCheck, policy, detail };
}

/** Writes tool calls and their results as plain turns, which every chat template takes. */
export function asChat(history: readonly Message[]): ChatMessage[] {
  const turns = history.map((message): ChatMessage => {
    if (message.role === "tool") return { role: "user", content: `Tool result:\n${message.content}` };
    const calls = message.role === "assistant" ? toolCallsOf(message) : undefined;
    const content = calls === undefined ? message.content : `${message.content}\n${JSON.stringify(calls)}`.trim();
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
