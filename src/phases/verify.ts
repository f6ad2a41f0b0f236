import { z } from "zod";
import { tags, type Phrase } from "../records/system-message/phrase.ts";
import { renderUntagged } from "../records/system-message/render.ts";
import type { JudgedPhrase, Verdict } from "../records/verdict.ts";
import type { Phase } from "./phase.ts";
import { fixedExample, fixedPhrases } from "./prompts/fixed-row.ts";
import { judgePhrases } from "./prompts/judge-phrases.ts";
import { judgeTags } from "./prompts/judge-tags.ts";
import type { Rubric } from "./prompts/rubric.ts";
import { RowDropped } from "./row-dropped.ts";
import type { RowUnderWay } from "./row-under-way.ts";
import { temperatureSchema, tokensSchema } from "./sampling-settings.ts";
import { Step, type PhaseContext } from "./step.ts";

const settingsSchema = z.object({
  /**
   * `phrases` asks about each phrase on its own, the instruction in sight. `tags` asks for one
   * label a tag, as the paper does.
   */
  rubric: z.enum(["phrases", "tags"]),
  temperature: temperatureSchema,
  maxOutputTokens: tokensSchema,
  /** What becomes of a phrase whose verdict could not be read, once asking again is used up. */
  unparsed: z.enum(["drop-phrase", "keep-phrase", "drop-row"]),
});
export type VerifySettings = Readonly<z.infer<typeof settingsSchema>>;

function rubricOf(settings: VerifySettings): Rubric {
  return settings.rubric === "phrases" ? judgePhrases : judgeTags;
}

/**
 * Phase 3 of arXiv 2502.11330, section 3.3. The judge gives a verdict for each phrase. Only good
 * phrases stay. A verdict that cannot be read is asked for again within the budget. Then it is
 * `unparsed`, and `settings.unparsed` decides.
 */
export const verify: Phase<"verify", "judge", VerifySettings> = {
  name: "verify",
  asks: "judge",
  adds: "a verdict for each phrase; only good ones stay",
  reasons: { "no-good-phrase": "the judge called no phrase Good", "verdict-unparsed": "the judge's answer could not be read" },
  settings: settingsSchema,
  config: settingsSchema.omit({ rubric: true }).partial().strict(),
  presets: {
    standard: { rubric: "phrases", temperature: 0, maxOutputTokens: 256, unparsed: "drop-phrase" },
    paper: { rubric: "tags", temperature: 0.7, maxOutputTokens: 256, unparsed: "drop-phrase" },
  },
  prompt: (settings) => rubricOf(settings).messages(fixedExample, fixedPhrases, "tagged"),
  // Verdicts that could not be read are asked for anew. A row without a good phrase needs others.
  retriesFrom: (reason) => (reason === "verdict-unparsed" ? "verify" : "generate"),
  placeholderReply: ({ phrases }, { rubric }, { form }) => {
    if (rubric === "tags") return tags.map((tag) => `${tag}: Good`).join("\n");
    const labels = phrases.map(() => "Good");
    return form === "json" ? JSON.stringify({ verdicts: labels }) : labels.map((label, index) => `${index + 1}: ${label}`).join("\n");
  },
  /** @throws RowDropped (`no-good-phrase`, `verdict-unparsed`) when no phrase stays. */
  async run(row, settings, context) {
    const judged = await judge(row, settings, context);
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
    return { ...row, judged: kept, systemMessage: renderUntagged(kept), removed: [...row.removed, ...removed] };
  },
};

async function judge({ example, phrases }: RowUnderWay, settings: VerifySettings, context: PhaseContext): Promise<JudgedPhrase[]> {
  const step = new Step(context);
  const rubric = rubricOf(settings);
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
  return judged;
}

function isUnparsed({ verdict }: { readonly verdict: Verdict }): boolean {
  return verdict === "unparsed";
}

function withVerdict({ tag, text, repairs }: Phrase, verdict: Verdict, confidence?: number): JudgedPhrase {
  return confidence === undefined || verdict === "unparsed"
    ? { tag, text, repairs, verdict }
    : { tag, text, repairs, verdict, confidence: Math.round(confidence * 10_000) / 10_000 };
}
