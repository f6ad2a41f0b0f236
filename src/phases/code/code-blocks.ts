import { fencedBlocks } from "../../texts/fenced-blocks.ts";
import { labelledLanguage, languageOfBlock, languageOfResponse, type Language } from "./language.ts";

/** A piece of code in a response. */
export interface CodeBlock {
  readonly language: Language;
  readonly code: string;
  /** Whether the response is nothing but this code, without a fence. */
  readonly isBare: boolean;
}

/**
 * The code of a response in languages that can be parsed. This is what stands in fences, or a whole
 * response without fences that begins as code. A fence without a label counts if its code shows its
 * language. JSON without a label counts only where no block has one, because it may be the output
 * of a program.
 */
export function codeBlocks(text: string): readonly CodeBlock[] {
  const { blocks, isUnclosed } = fencedBlocks(text);
  if (blocks.length === 0 && !isUnclosed) {
    const language = languageOfResponse(text);
    return language === undefined ? [] : [{ language, code: text, isBare: true }];
  }
  const isLabelled = blocks.some(({ label }) => label !== "");
  return blocks.flatMap(({ label, code }) => {
    const language = label === "" ? languageOfBlock(code) : labelledLanguage(label);
    const isOutput = label === "" && language === "JSON" && isLabelled;
    return language === undefined || isOutput ? [] : [{ language, code, isBare: false }];
  });
}
