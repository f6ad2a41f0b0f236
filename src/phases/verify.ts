import type { Example } from "../records/example.ts";
import type { Phrase } from "../records/system-message/phrase.ts";
import type { JudgedPhrase, Verdict } from "../records/verdict.ts";
import { judgePhrases } from "./prompts/judge-phrases.ts";
import { judgeTags } from "./prompts/judge-tags.ts";
import { RowDropped } from "./row-dropped.ts";
import { Step, type PhaseContext } from "./step.ts";

export interface VerifySettings {
  /** `phrases`: each phrase on its own, the instruction in sight. `tags`: one label a tag, as the paper does it. */
  readonly rubric: "phrases" | "tags";
  readonly temperature: number;
  readonly maxOutputTokens: number;
  /** What becomes of a phrase whose verdict could not be read, once asking again is used up. */
  readonly unparsed: "drop-phrase" | "keep-phrase" | "drop-row";
}

export interface Verified {
  /** What stays in the system message, at least one. */
  readonly kept: readonly JudgedPhrase[];
  readonly removed: readonly JudgedPhrase[];
}

/**
 * Phase 3: a verdict for each phrase; only good ones stay. Verdicts that cannot be read are asked for again within the budget,
 * then they are `unparsed` and `settings.unparsed` decides.
 * @throws RowDropped when no phrase stays.
 */
export async function verify(
  example: Example,
  phrases: readonly Phrase[],
  settings: VerifySettings,
  context: PhaseContext,
): Promise<Verified> {
  const step = new Step("verify", context);
  const rubric = settings.rubric === "phrases" ? judgePhrases : judgeTags;
  const messages = rubric.messages(example, phrases, context.model.outputForm);
  const constraint = rubric.constraint(phrases);
  const { temperature, maxOutputTokens } = settings;
  let judged = phrases.map((phrase) => withVerdict(phrase, "unparsed"));
  let sampling = { temperature, maxOutputTokens };
  do {
    const reply = await step.ask(messages, sampling, constraint);
    // At temperature 0 asking again would bring the same reply again.
    sampling = { temperature: Math.max(temperature, 0.3), maxOutputTokens };
    const read = rubric.read(reply.text, phrases);
    judged = judged.map((phrase, index) =>
      isUnparsed(phrase) ? withVerdict(phrase, read[index] ?? "unparsed", reply.confidences?.[index]) : phrase,
    );
  } while (judged.some(isUnparsed) && step.mayAskAgain());

  if (settings.unparsed === "drop-row" && judged.some(isUnparsed)) {
    throw new RowDropped("verify", "verdict-unparsed", "the judge's reply held no verdict for at least one phrase", judged);
  }
  const stays = ({ verdict }: JudgedPhrase): boolean =>
    verdict === "good" || (verdict === "unparsed" && settings.unparsed === "keep-phrase");
  const kept = judged.filter(stays);
  const removed = judged.filter((phrase) => !stays(phrase));
  if (kept.length === 0) {
    const detail = removed.map((phrase) => `${phrase.tag}: ${phrase.verdict}`).join(", ");
    throw new RowDropped("verify", judged.every(isUnparsed) ? "verdict-unparsed" : "no-good-phrase", detail, removed);
  }
  return { kept, removed };
}

function isUnparsed({ verdict }: { readonly verdict: Verdict }): boolean {
  return verdict === "unparsed";
}

function withVerdict({ tag, text, repairs }: Phrase, verdict: Verdict, confidence?: number): JudgedPhrase {
  return confidence === undefined || verdict === "unparsed"
    ? { tag, text, repairs, verdict }
    : { tag, text, repairs, verdict, confidence: Math.round(confidence * 10_000) / 10_000 };
}
