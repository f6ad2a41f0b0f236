import { settingsOf } from "../index.ts";
import type { PresetName } from "../presets.ts";
import { builtInSets, generateForms } from "./generate-prompts.ts";
import { instructionsForm } from "./instructions.ts";
import { demonstrationsFileText } from "./own/demonstrations-file.ts";
import { promptFileText } from "./own/prompt-file.ts";
import { rubricForms } from "./verify-rubrics.ts";
import type { PromptForm, Slot } from "./wording.ts";

/** A text of the program that a file of the user's own may take the place of. */
export interface BuiltInFile {
  /** The key of the config file that names such a file, such as `generate.prompt`. */
  readonly key: string;
  readonly fileName: string;
  readonly about: string;
  readonly slots: Readonly<Record<string, Slot>>;
  readonly text: string;
}

/**
 * What a preset asks with, as files. A run with all of them makes the same calls as one without.
 */
export function builtInFiles(preset: PresetName): readonly BuiltInFile[] {
  const { generate, verify } = settingsOf(preset);
  const fileOf = <Name extends string>(form: PromptForm<Name>): BuiltInFile => ({
    key: form.key,
    fileName: `${form.key.replace(".", "-")}.liquid`,
    about: form.about,
    slots: form.slots,
    text: promptFileText(form),
  });
  return [
    fileOf(generateForms[generate.prompt]),
    {
      key: "generate.demonstrations",
      fileName: "generate-demonstrations.jsonl",
      about: "conversations with a system message that fits, which the prompt shows",
      slots: {},
      text: demonstrationsFileText(builtInSets[generate.prompt]),
    },
    verify.rubric === "tags" ? fileOf(rubricForms.tags) : fileOf(rubricForms.phrases),
    fileOf(instructionsForm),
  ];
}
