import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { fitForm, FitQuestions, fitQuestions } from "./fit-questions.ts";
import { judgeTags, tagsForm, TagQuestion } from "./judge-tags.ts";
import { openPromptFile } from "./own/prompt-file.ts";
import { textFileSchema } from "./own/text-file.ts";
import { builtInPrompt } from "./wording.ts";

/** The names of the rubrics that come with the presets. */
export const rubricNames = ["phrases", "tags"] as const;
export const rubricForms = { phrases: fitForm, tags: tagsForm } as const;

/** Texts of the user's own for phase 3. */
export const verifyTextsSchema = z.object({
  rubric: textFileSchema.optional(),
  /** `generate.guidance`. The judge knows it, lest a phrase that follows it looks unfit. */
  guidance: z.string().optional(),
});
export type VerifyTexts = Readonly<z.infer<typeof verifyTextsSchema>>;

/** Settings that decide what the judge is asked. */
export interface RubricTexts {
  readonly texts?: VerifyTexts | undefined;
}

const fits = new WeakMap<VerifyTexts, FitQuestions>();
const tagQuestions = new WeakMap<VerifyTexts, TagQuestion>();

/** @throws UsageError naming the file and line of what cannot work. */
export function fitQuestionsOf({ texts }: RubricTexts): FitQuestions {
  if (texts === undefined) return fitQuestions;
  const known = fits.get(texts);
  if (known !== undefined) return known;
  const { rubric, guidance } = texts;
  const prompt = rubric === undefined ? builtInPrompt(fitForm) : openPromptFile(rubric, fitForm);
  if (guidance !== undefined && !prompt.uses("guidance"))
    throw new UsageError(
      `generate.guidance is given, and ${rubric?.path ?? fitForm.key} has no slot for it, so the judge would remove what follows from it. Put {{ guidance }} where the rubric is to say it.`,
    );
  const made = new FitQuestions(prompt, guidance?.trim());
  fits.set(texts, made);
  return made;
}

/** @throws as `fitQuestionsOf`. */
export function tagQuestionOf({ texts }: RubricTexts): TagQuestion {
  if (texts?.rubric === undefined) return judgeTags;
  const made = tagQuestions.get(texts) ?? new TagQuestion(openPromptFile(texts.rubric, tagsForm));
  tagQuestions.set(texts, made);
  return made;
}
