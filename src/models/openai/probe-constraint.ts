import { createHash } from "node:crypto";
import { ModelError } from "../../errors.ts";
import { answerIn } from "../../texts/replies/answer-in.ts";
import type { ModelChoice } from "../model-choice.ts";
import type { ModelCall, ModelReply } from "../model.ts";
import { addressOfServer } from "./openai-compatible.ts";
import { outputFormOf, type ConstraintField } from "./wire.ts";

/** What a model answers in one token if it is free to. */
export const probeQuestion = "Answer with the word yes and nothing else.";
/** A model that reasons first needs more than the few tokens of the answer. */
const maxOutputTokens = 256;
const letters = 12;

/**
 * A call whose constraint allows one word alone, which no model says by chance. The word follows
 * from the field and the servers, so that each of them has an address of its own in the journal.
 */
export function probeCall(choice: ModelChoice, field: ConstraintField): ModelCall {
  const word = wordOf(choice, field);
  return {
    messages: [{ role: "user", content: probeQuestion }],
    sampling: { temperature: 0, maxOutputTokens },
    constraint: {
      grammar: `root ::= "${word}"\n`,
      jsonSchema: {
        type: "object",
        properties: { word: { type: "string", enum: [word] } },
        required: ["word"],
        additionalProperties: false,
      },
    },
    request: choice.request,
    attempt: 0,
    round: 0,
  };
}

/** Whether the server held the reply to the constraint of `probeCall`. */
export function isHeld(text: string, choice: ModelChoice, field: ConstraintField): boolean {
  const answer = answerIn(text, () => "").trim();
  const word = wordOf(choice, field);
  return outputFormOf(field) === "json" ? answer.replace(/\s/g, "") === `{"word":"${word}"}` : answer === word;
}

function wordOf(choice: ModelChoice, field: ConstraintField): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([field, ...choice.baseUrls.map(addressOfServer)]))
    .digest();
  return Array.from(digest.subarray(0, letters), (byte) => String.fromCharCode(97 + (byte % 26))).join("");
}

/** What a probe found. */
export interface ProbedConstraint {
  readonly field: ConstraintField;
  /** A sentence for the user. */
  readonly notice: string;
}

/**
 * Finds out which of the fields the servers enforce. Each is tried in turn, until one holds the
 * reply. A refusal, or a reply that is not held, leads to the next. Where a server does not answer
 * as it should, nothing is enforced.
 * @param ask Sends a call with this field, and fails where the server refuses the field.
 * @throws ModelError that would stop a run, such as a wrong key. Any other error is rethrown.
 */
export async function probeConstraint(
  choice: ModelChoice,
  fields: readonly ConstraintField[],
  ask: (field: ConstraintField, call: ModelCall) => Promise<ModelReply>,
): Promise<ProbedConstraint> {
  const { model, outputForm: form } = choice;
  const tried = fields.filter((field) => form === undefined || outputFormOf(field) === form);
  for (const one of tried) {
    try {
      const { text } = await ask(one, probeCall(choice, one));
      if (isHeld(text, choice, one))
        return { field: one, notice: `${model}: the server holds replies to a form, by ${one}. --constrain none does without.` };
    } catch (error) {
      if (!(error instanceof ModelError) || error.stops !== "never") throw error;
      if (!error.retryable) continue;
      const why = `${model}: whether the server can hold replies to a form could not be found out (${error.message})`;
      return { field: "none", notice: `${why}. This run goes on without. If it can, name the way with --constrain.` };
    }
  }
  const notice = `${model}: the server holds replies to no form (tried ${tried.join(", ")}). Malformed ones are mended where they can be, and else asked for again.`;
  return { field: "none", notice };
}
