import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { presetNames } from "../../presets.ts";
import { builtInFiles } from "../built-in-files.ts";
import { generatePromptOf } from "../generate-prompts.ts";
import { instructionsOf } from "../instructions.ts";
import { fitQuestionsOf } from "../verify-rubrics.ts";
import { standardTags } from "../../../records/system-message/tag-set.ts";

const page = await readFile(new URL("../../../../docs/customize.md", import.meta.url), "utf8");
const sectionOf = (title: string): string => page.split(/^#+ /m).find((part) => part.startsWith(title)) ?? "";
const blockOf = (title: string, language: string): { text: string } => ({
  text: new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(sectionOf(title))?.[1] ?? "",
});

test("the files of docs/customize.md work", () => {
  const prompt = generatePromptOf({ prompt: "standard", texts: { prompt: blockOf("`generate.prompt`", "liquid") } }, standardTags);
  expect(prompt.demonstrations.length).toBeGreaterThan(0);
  expect(fitQuestionsOf({ texts: { rubric: blockOf("`verify.rubric`", "liquid") } }).ofPhrase({ text: "Be brief." }).text).toContain(
    "careful doctor",
  );
  expect(instructionsOf({ instructions: blockOf("`respond.instructions`", "liquid") }).uses("system_message")).toBe(true);
  const { demonstrations } = generatePromptOf(
    { prompt: "standard", texts: { demonstrations: blockOf("Demonstrations", "jsonl") } },
    standardTags,
  );
  expect(demonstrations.map(({ phrases }) => phrases.length)).toContain(2);
});

test("docs/customize.md names each key and slot", () => {
  for (const preset of presetNames)
    for (const { key, fileName, slots } of builtInFiles(preset)) {
      expect(page).toContain(key);
      expect(page).toContain(fileName);
      const section = sectionOf(`\`${key}\``);
      for (const slot of Object.keys(slots)) expect(section, key).toContain(`\`${slot}\``);
    }
});
