import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { perTagSet, type TagSet } from "../../records/system-message/tag-set.ts";
import { languageDetector } from "../../texts/language.ts";
import { DemonstrationSets } from "./demonstration-sets.ts";
import { paperDemonstrations, type Demonstration } from "./demonstrations.ts";
import { paperForm } from "./generate-paper.ts";
import { GeneratePrompt, type GeneratePromptParts } from "./generate-prompt.ts";
import { standardForm, standardTagGuide } from "./generate-standard.ts";
import { readDemonstrations, setsOf, type OwnDemonstration } from "./own/demonstrations-file.ts";
import { openPromptFile } from "./own/prompt-file.ts";
import { textFileSchema } from "./own/text-file.ts";
import { heads } from "./standard-demonstrations/heads.ts";
import { tagGuide } from "./tag-guide.ts";
import { builtInPrompt } from "./wording.ts";

/** The names of the prompts of phase 1 that come with the presets. */
export const generatePromptNames = ["standard", "paper"] as const;
type PromptName = (typeof generatePromptNames)[number];

/** Texts of the user's own for phase 1. What is not given is the program's. */
export const generateTextsSchema = z.object({
  prompt: textFileSchema.optional(),
  demonstrations: textFileSchema.optional(),
  guidance: z.string().optional(),
});
export type GenerateTexts = Readonly<z.infer<typeof generateTextsSchema>>;

/** Settings that decide which prompt phase 1 has. */
export interface GeneratePromptSettings {
  readonly prompt: PromptName;
  readonly texts?: GenerateTexts | undefined;
}

export const generateForms = { standard: standardForm, paper: paperForm } as const;
/** The demonstrations that come with each prompt, in the sets that it shows together. */
export const builtInSets: Readonly<Record<PromptName, readonly (readonly Demonstration[])[]>> = {
  standard: heads,
  paper: [paperDemonstrations],
};

const builtIn: Readonly<Record<PromptName, Omit<GeneratePromptParts, "tags">>> = {
  standard: {
    prompt: builtInPrompt(standardForm),
    demonstrations: new DemonstrationSets(builtInSets.standard),
    tagGuide: standardTagGuide,
    guidance: undefined,
    // Enough to tell what a turn is about.
    shown: { userChars: 6_000, assistantChars: 1_500 },
  },
  paper: {
    prompt: builtInPrompt(paperForm),
    demonstrations: new DemonstrationSets(builtInSets.paper),
    tagGuide,
    guidance: undefined,
    shown: { userChars: Infinity, assistantChars: Infinity },
  },
};

/** The demonstrations of both prompts. */
export const builtInDemonstrations: readonly Demonstration[] = [...heads.flat(), ...paperDemonstrations];

const builtInPrompts: Readonly<Record<PromptName, (tags: TagSet) => GeneratePrompt>> = {
  standard: perTagSet((tags) => new GeneratePrompt({ ...builtIn.standard, tags })),
  paper: perTagSet((tags) => new GeneratePrompt({ ...builtIn.paper, tags })),
};

/** What was read of the user's texts. */
interface Opened {
  readonly parts: GeneratePromptParts;
  readonly own: readonly OwnDemonstration[] | undefined;
  /** With the languages of all demonstrations. */
  ready?: Promise<GeneratePrompt>;
  readonly prompt: GeneratePrompt;
}

type OpenedTexts = (tags: TagSet) => WeakMap<GenerateTexts, Opened>;
const opened: Readonly<Record<PromptName, OpenedTexts>> = {
  standard: perTagSet(() => new WeakMap<GenerateTexts, Opened>()),
  paper: perTagSet(() => new WeakMap<GenerateTexts, Opened>()),
};

/**
 * The prompt of phase 1, with texts of the user's own in place of the program's. Demonstrations
 * without a language have none yet.
 * @param tags The functionalities that phrases may serve.
 * @throws UsageError naming the file and line of what cannot work.
 */
export function generatePromptOf({ prompt, texts }: GeneratePromptSettings, tags: TagSet): GeneratePrompt {
  return texts === undefined ? builtInPrompts[prompt](tags) : openTexts(prompt, texts, tags).prompt;
}

/** The prompt of phase 1, with demonstrations in the sets of their languages. @throws as above. */
export function readyGeneratePrompt({ prompt, texts }: GeneratePromptSettings, tags: TagSet): GeneratePrompt | Promise<GeneratePrompt> {
  if (texts === undefined) return builtInPrompts[prompt](tags);
  const found = openTexts(prompt, texts, tags);
  const { own, parts } = found;
  if (own?.every(({ language }) => language !== undefined) ?? true) return found.prompt;
  found.ready ??= withLanguages(own ?? []).then(
    (demonstrations) => new GeneratePrompt({ ...parts, demonstrations: new DemonstrationSets(setsOf(demonstrations)) }),
  );
  return found.ready;
}

function openTexts(name: PromptName, texts: GenerateTexts, tags: TagSet): Opened {
  const known = opened[name](tags).get(texts);
  if (known !== undefined) return known;
  const { prompt: file, demonstrations, guidance } = texts;
  if (guidance?.trim() === "") throw new UsageError("generate.guidance: expected what the operator wishes, found an empty text.");
  const prompt = file === undefined ? builtIn[name].prompt : openPromptFile(file, generateForms[name]);
  if (guidance !== undefined && !prompt.uses("guidance"))
    throw new UsageError(
      `generate.guidance is given, and ${file?.path ?? "generate.prompt"} has no slot for it. Put {{ guidance }} where the prompt is to say it.`,
    );
  const own = demonstrations && readDemonstrations(demonstrations, tags);
  const parts: GeneratePromptParts = {
    ...builtIn[name],
    tags,
    prompt,
    guidance: guidance?.trim(),
    ...(own && { demonstrations: new DemonstrationSets(setsOf(own)) }),
  };
  const made: Opened = { parts, own, prompt: new GeneratePrompt(parts) };
  opened[name](tags).set(texts, made);
  return made;
}

async function withLanguages(demonstrations: readonly OwnDemonstration[]): Promise<OwnDemonstration[]> {
  const detector = await languageDetector();
  return demonstrations.map((demonstration) => ({
    ...demonstration,
    language: demonstration.language ?? detector.detect([demonstration.instruction, demonstration.response])?.name,
  }));
}
