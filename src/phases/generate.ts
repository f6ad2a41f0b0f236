import { z } from "zod";
import { ModelError } from "../errors.ts";
import { tags } from "../records/system-message/phrase.ts";
import { renderTagged } from "../records/system-message/render.ts";
import type { ChatMessage, ModelReply } from "../models/model.ts";
import type { Phase } from "./phase.ts";
import { fixedExample } from "./prompts/fixed-row.ts";
import { generatePaper } from "./prompts/generate-paper.ts";
import { generateStandard, taggedMessageConstraint } from "./prompts/generate-standard.ts";
import { readJson } from "./read-json.ts";
import { temperatureSchema, tokensSchema } from "./sampling-settings.ts";
import type { RowUnderWay } from "./row-under-way.ts";
import { Sieve, type Generated } from "./sieve.ts";
import { Step, type PhaseContext } from "./step.ts";

const settingsSchema = z.object({
  prompt: z.enum(["standard", "paper"]),
  temperature: temperatureSchema,
  maxOutputTokens: tokensSchema,
});
export type GenerateSettings = Readonly<z.infer<typeof settingsSchema>>;

/**
 * Phase 1 of arXiv 2502.11330, section 3.1. Asks for a tagged system message that fits the
 * conversation. If the filter would leave nothing of a reply, the standard prompt asks again within
 * the budget and names the fault. The paper asks once. A conversation that does not fit the context
 * is asked about without the demonstrations.
 */
export const generate: Phase<"generate", "generator", GenerateSettings> = {
  name: "generate",
  asks: "generator",
  adds: "a system message for (Q, A), each phrase between tags: `<<Role>>You are ...<</Role>>`",
  reasons: {},
  settings: settingsSchema,
  config: settingsSchema.omit({ prompt: true }).partial().strict(),
  presets: {
    standard: { prompt: "standard", temperature: 0.7, maxOutputTokens: 512 },
    paper: { prompt: "paper", temperature: 0.7, maxOutputTokens: 512 },
  },
  prompt: ({ prompt }) => (prompt === "paper" ? generatePaper(fixedExample) : generateStandard(fixedExample, "tagged")),
  retriesFrom: () => "generate",
  placeholderReply: ({ phrases }, { prompt }, { form }) =>
    form === "json" && prompt !== "paper"
      ? JSON.stringify({ phrases: phrases.map(({ tag, text }) => ({ tag, text })) })
      : renderTagged(phrases),
  async run(row, settings, context) {
    const sieve = new Sieve(row.example, context.filter);
    const generated = await askForMessage(row, settings, context, sieve);
    return { ...row, fault: undefined, candidate: { generated, sieve } };
  },
};

async function askForMessage(
  { example, fault: known, phrases }: RowUnderWay,
  settings: GenerateSettings,
  context: PhaseContext,
  sieve: Sieve,
): Promise<Generated> {
  const step = new Step(context);
  const { temperature, maxOutputTokens, prompt } = settings;
  if (prompt === "paper") {
    const reply = await step.ask(generatePaper(example), { temperature, maxOutputTokens });
    return { tagged: reply.text, cutShort: reply.finishReason === "length" };
  }
  const form = context.model.outputForm;
  let demonstrated = true;
  let objections: ChatMessage[] = known === undefined ? [] : objection(renderTagged(phrases), known);
  for (;;) {
    let reply: ModelReply;
    try {
      const messages = [...generateStandard(example, form, { demonstrated }), ...objections];
      reply = await step.ask(messages, { temperature, maxOutputTokens }, { constraint: taggedMessageConstraint });
    } catch (error) {
      if (!demonstrated || !(error instanceof ModelError) || error.kind !== "context-overflow") throw error;
      demonstrated = false;
      continue;
    }
    const generated = { tagged: fromJson(reply.text) ?? reply.text, cutShort: reply.finishReason === "length" };
    const fault = sieve.faultOf(generated);
    if (fault === undefined || !step.mayAskAgain()) return generated;
    objections = objection(reply.text, fault);
  }
}

/**
 * The turns that ask for the message once more.
 * @param fault Why no phrase of the reply can be used.
 */
function objection(reply: string, fault: string): ChatMessage[] {
  const content = `No phrase of that can be used (${fault}). Write the system message again: each phrase between an opening and a closing tag of the eight, such as <<Task>>...<</Task>>, and nothing else.`;
  return [
    { role: "assistant", content: reply.trim().slice(0, 2_000).toWellFormed() || "(empty)" },
    { role: "user", content },
  ];
}

const jsonReply = z.object({ phrases: z.array(z.object({ tag: z.enum(tags), text: z.string() })) });

/** A reply in JSON as tagged text. Undefined if the reply is not JSON of that form. */
function fromJson(text: string): string | undefined {
  const phrases = readJson(text, jsonReply)?.phrases;
  return phrases && renderTagged(phrases);
}
