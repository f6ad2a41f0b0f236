import { z } from "zod";
import { openPromptFile } from "./own/prompt-file.ts";
import { textFileSchema } from "./own/text-file.ts";
import { builtInPrompt, type Prompt, type PromptForm } from "./wording.ts";

/** What the generator is told when a response is asked for. Rows of the dataset hold none of it. */
export const instructionsForm: PromptForm<"system"> = {
  key: "respond.instructions",
  about: "the system turn when a new response is asked for; the dataset's system message stays as it is",
  slots: {
    system_message: { about: "the row's system message without its tags", isRequired: true },
    tools: { about: "the definitions of the row's tools, where it has any; added at the end if there is no slot" },
  },
  sections: {
    system: {
      about: "the system turn",
      slots: ["system_message", "tools"],
      words: ({ slot, when }) => `${slot("system_message")}${when("tools", toolsText(slot("tools")))}`,
    },
  },
};

/** What is asked for is a response in words. */
function toolsText(tools: string): string {
  return `\n\nTools of the assistant: ${tools}\n\nAnswer in words, without another call.`;
}

/** Texts of the user's own for phase 4. */
export const respondTextsSchema = z.object({ instructions: textFileSchema.optional() });
export type RespondTexts = Readonly<z.infer<typeof respondTextsSchema>>;

const builtIn = builtInPrompt(instructionsForm);
const opened = new WeakMap<RespondTexts, Prompt<"system">>();

/** @throws UsageError naming the file and line of what cannot work. */
export function instructionsOf(texts: RespondTexts | undefined): Prompt<"system"> {
  if (texts?.instructions === undefined) return builtIn;
  const prompt = opened.get(texts) ?? openPromptFile(texts.instructions, instructionsForm);
  opened.set(texts, prompt);
  return prompt;
}

/** The system turn that a response is written under. */
export function systemTurn(texts: RespondTexts | undefined, systemMessage: string, tools: string | undefined): string {
  const prompt = instructionsOf(texts);
  const turn = prompt.render("system", { system_message: systemMessage, tools }) ?? "";
  return tools === undefined || prompt.uses("tools") ? turn : `${turn}${toolsText(tools)}`;
}
