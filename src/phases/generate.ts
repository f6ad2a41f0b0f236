import { z } from "zod";
import { ModelError } from "../errors.ts";
import type { Example } from "../records/example.ts";
import { tags } from "../records/system-message/phrase.ts";
import { renderTagged } from "../records/system-message/render.ts";
import type { ChatMessage, ModelReply } from "../models/model.ts";
import { generatePaper } from "./prompts/generate-paper.ts";
import { generateStandard, taggedMessageConstraint } from "./prompts/generate-standard.ts";
import { readJson } from "./read-json.ts";
import { Step, type PhaseContext } from "./step.ts";

export interface GenerateSettings {
  readonly prompt: "standard" | "paper";
  readonly temperature: number;
  readonly maxOutputTokens: number;
}

/** The tagged system message as the model wrote it. */
export interface Generated {
  readonly tagged: string;
  /** The token limit ended it. */
  readonly cutShort: boolean;
}

/**
 * Phase 1: asks for a tagged system message that fits the conversation. A reply of which the filter leaves nothing is asked for
 * again, with its fault named, within the budget (standard prompt; the paper asks once). A conversation that does not fit the
 * context is asked about without the demonstrations.
 * @param faultOf What is wrong with a reply of which nothing is left; undefined for any other.
 */
export async function generate(
  example: Example,
  settings: GenerateSettings,
  context: PhaseContext,
  faultOf: (generated: Generated) => string | undefined,
): Promise<Generated> {
  const step = new Step("generate", context);
  const { temperature, maxOutputTokens, prompt } = settings;
  if (prompt === "paper") {
    const reply = await step.ask(generatePaper(example), { temperature, maxOutputTokens });
    return { tagged: reply.text, cutShort: reply.finishReason === "length" };
  }
  const form = context.model.outputForm;
  let demonstrated = true;
  let objections: ChatMessage[] = [];
  for (;;) {
    let reply: ModelReply;
    try {
      const messages = [...generateStandard(example, form, { demonstrated }), ...objections];
      reply = await step.ask(messages, { temperature, maxOutputTokens }, taggedMessageConstraint);
    } catch (error) {
      if (!demonstrated || !(error instanceof ModelError) || error.kind !== "context-overflow") throw error;
      demonstrated = false;
      continue;
    }
    const generated = { tagged: fromJson(reply.text) ?? reply.text, cutShort: reply.finishReason === "length" };
    const fault = faultOf(generated);
    if (fault === undefined || !step.mayAskAgain()) return generated;
    objections = objection(reply.text, fault);
  }
}

function objection(reply: string, fault: string): ChatMessage[] {
  const content = `No phrase of that can be used (${fault}). Write the system message again: each phrase between an opening and a closing tag of the eight, such as <<Task>>...<</Task>>, and nothing else.`;
  return [
    { role: "assistant", content: reply.trim().slice(0, 2_000).toWellFormed() || "(empty)" },
    { role: "user", content },
  ];
}

const jsonReply = z.object({ phrases: z.array(z.object({ tag: z.enum(tags), text: z.string() })) });

/** A reply in JSON, as tagged text; undefined when it is none. */
function fromJson(text: string): string | undefined {
  const phrases = readJson(text, jsonReply)?.phrases;
  return phrases && renderTagged(phrases);
}
