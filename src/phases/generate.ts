import { z } from "zod";
import { ModelError } from "../errors.ts";
import { renderTagged } from "../records/system-message/render.ts";
import { perTagSet, shownTag, tagCount, type TagSet } from "../records/system-message/tag-set.ts";
import type { ChatMessage, ModelReply } from "../models/model.ts";
import type { Language } from "../texts/language.ts";
import type { Phase } from "./phase.ts";
import { generatePromptNames, generatePromptOf, generateTextsSchema, readyGeneratePrompt } from "./prompts/generate-prompts.ts";
import { textSourceSchema } from "./prompts/own/text-file.ts";
import { tagAsk, type TagAsk } from "./prompts/tag-ask.ts";
import { taggedMessageConstraint } from "./prompts/tagged-message-constraint.ts";
import { copiesOf } from "./phrase-checks/copies-demonstration.ts";
import { wishedBy } from "./phrase-checks/wished.ts";
import { readJson } from "./read-json.ts";
import { temperatureSchema, tokensSchema } from "./sampling-settings.ts";
import { rowLanguage } from "./prompts/row-language.ts";
import type { Candidate, RowUnderWay } from "./row-under-way.ts";
import { Sieve, type Generated } from "./sieve.ts";
import { Step, type PhaseContext } from "./step.ts";

const settingsSchema = z.object({
  prompt: z.enum(generatePromptNames),
  temperature: temperatureSchema,
  maxOutputTokens: tokensSchema,
  texts: generateTextsSchema.optional(),
});
export type GenerateSettings = Readonly<z.infer<typeof settingsSchema>>;

const configSchema = settingsSchema
  .omit({ prompt: true, texts: true })
  .partial()
  .extend({
    prompt: textSourceSchema
      .optional()
      .describe("a prompt file of your own, in place of the preset's prompt ([customize.md](customize.md))"),
    demonstrations: textSourceSchema.optional().describe("a .jsonl file of your own demonstrations, in place of the program's"),
    guidance: z
      .string()
      .optional()
      .describe("what every system message is to keep to, such as a company's identity or a house style; or `file:` and a path"),
  })
  .strict();

/**
 * Phase 1 of arXiv 2502.11330, section 3.1. Asks for a tagged system message that fits the
 * conversation. If the filter finds a reason to ask again, the standard prompt does so within the
 * budget and names the fault. The paper asks once. A conversation that does not fit the context
 * is asked about without the demonstrations.
 */
export const generate: Phase<"generate", "generator", GenerateSettings, Readonly<z.infer<typeof configSchema>>> = {
  name: "generate",
  asks: "generator",
  adds: "a system message for (Q, A), each phrase between tags: `<<Role>>You are ...<</Role>>`",
  reasons: {},
  settings: settingsSchema,
  config: configSchema,
  presets: {
    standard: { prompt: "standard", temperature: 0.7, maxOutputTokens: 512 },
    paper: { prompt: "paper", temperature: 0.7, maxOutputTokens: 512 },
  },
  prompt: (settings, tags) => generatePromptOf(settings, tags).hashed(),
  retriesFrom: () => "generate",
  placeholderReply: ({ phrases }, { prompt }, { form }) =>
    form === "json" && prompt !== "paper"
      ? JSON.stringify({ phrases: phrases.map(({ tag, text }) => ({ tag, text })) })
      : renderTagged(phrases),
  async run(row, settings, context) {
    const ask = tagAsk(row.example, context.tagShares, context.seed);
    return { ...row, again: undefined, askedTags: ask.include, candidate: await askForMessage(row, ask, settings, context) };
  },
};

/** Why a message is asked for once more. */
interface Objection {
  /** The message that was written, as the model wrote it or as tagged text. */
  readonly reply: string;
  /** What is wrong with it, as a sentence that the model reads. */
  readonly reason: string;
}

/**
 * Asks for a message. An earlier one that could not be used is not shown, because a small model
 * writes it again, but why it could not be used is said. Asks again within the budget while the
 * filter finds a reason to. The last message is taken then, or an earlier one of which more is
 * left.
 * @throws ModelError when no reply came.
 */
async function askForMessage(
  { example, again }: RowUnderWay,
  ask: TagAsk,
  settings: GenerateSettings,
  context: PhaseContext,
): Promise<Candidate> {
  const { tags } = context;
  const step = new Step(context, again?.rewrite);
  const { temperature, maxOutputTokens } = settings;
  const prompt = await readyGeneratePrompt(settings, tags);
  const known = { tags, language: undefined, copies: copiesOf(prompt.demonstrations), wished: wishedBy(settings.texts?.guidance) };
  if (settings.prompt === "paper") {
    const language = prompt.needsLanguage ? (await rowLanguage(example))?.language : undefined;
    const reply = await step.ask(prompt.messages(example, { form: "tagged", language, ask, again }), { temperature, maxOutputTokens });
    return { generated: { tagged: reply.text, cutShort: reply.finishReason !== "stop" }, sieve: new Sieve(example, context.filter, known) };
  }
  const form = context.model.outputForm;
  const row = await rowLanguage(example);
  const sieve = new Sieve(example, context.filter, { ...known, language: row });
  let best: Generated | undefined;
  let demonstrated = true;
  let attempt = 0;
  let objections: ChatMessage[] = [];
  for (;;) {
    let reply: ModelReply;
    try {
      // Each time of asking has other demonstrations, because the last ones led astray.
      const options = { form, ask, language: row?.language, demonstrated, again, head: (again?.rewrite ?? 0) + attempt };
      const messages = [...prompt.messages(example, options), ...objections];
      reply = await step.ask(messages, { temperature, maxOutputTokens }, { constraint: taggedMessageConstraint(tags) });
    } catch (error) {
      if (!demonstrated || !(error instanceof ModelError) || error.kind !== "context-overflow") throw error;
      demonstrated = false;
      continue;
    }
    const generated = generatedOf(reply, tags);
    const fault = sieve.faultOf(generated);
    if (fault === undefined) return { generated, sieve };
    if (best === undefined || leftOf(sieve, generated) >= leftOf(sieve, best)) best = generated;
    if (!step.mayAskAgain()) return { generated: best, sieve };
    attempt++;
    const reason = `${leftOf(sieve, generated) === 0 ? "No phrase of that can be used" : "That will not do"} (${fault}).`;
    objections = objectionTurns({ reply: reply.text, reason }, row?.language, tags);
  }
}

function generatedOf({ text, finishReason }: ModelReply, tags: TagSet): Generated {
  return { tagged: fromJson(text, tags) ?? text, cutShort: finishReason !== "stop" };
}

function leftOf(sieve: Sieve, generated: Generated): number {
  return sieve.sift(generated).phrases.length;
}

/** The turns that ask for the message once more. */
function objectionTurns({ reply, reason }: Objection, language: Language | undefined, tags: TagSet): ChatMessage[] {
  const shown = shownTag(tags, "Task");
  const inLanguage = language === undefined ? "" : ` in ${language.name}`;
  const content = `${reason} Write the system message again${inLanguage}: each phrase between an opening and a closing tag of the ${tagCount(tags)}, such as <<${shown}>>...<</${shown}>>, and nothing else.`;
  return [
    { role: "assistant", content: reply.trim().slice(0, 2_000).toWellFormed() || "(empty)" },
    { role: "user", content },
  ];
}

const jsonReplyOf = perTagSet(({ names }) => z.object({ phrases: z.array(z.object({ tag: z.enum(names), text: z.string() })) }));

/** A reply in JSON as tagged text. Undefined if the reply is not JSON of that form. */
function fromJson(text: string, tags: TagSet): string | undefined {
  const phrases = readJson(text, jsonReplyOf(tags))?.phrases;
  return phrases && renderTagged(phrases);
}
