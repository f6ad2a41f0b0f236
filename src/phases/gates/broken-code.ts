import { fencedBlocks } from "../../texts/fenced-blocks.ts";
import { codeBlocks, type CodeBlock } from "../code/code-blocks.ts";
import { isExcerpt, isPartial } from "../code/partial-code.ts";
import { syntaxError } from "../code/syntax-error.ts";
import type { Gate } from "./gate.ts";

/**
 * Finds code that does not parse although all code of that language in the original does. Languages
 * are Python, JavaScript (with JSX), JSON and SQL. It also finds a code fence that is not closed.
 */
export const brokenCode: Gate<"broken-code"> = {
  name: "broken-code",
  finding: "code in the new response no longer parses, or its fence is not closed",
  cure: "take a generator that writes code well, and a larger respond.maxOutputTokens",
  presets: { standard: "retry", paper: "off" },
  find({ reply, original }) {
    if (fencedBlocks(reply.text).isUnclosed && !fencedBlocks(original).isUnclosed) return "a code fence is not closed";
    const blocks = codeBlocks(reply.text);
    return blocks.length === 0 ? undefined : brokenBlock(blocks, original);
  },
};

async function brokenBlock(blocks: readonly CodeBlock[], original: string): Promise<string | undefined> {
  const originals = codeBlocks(original);
  const parsed: CodeBlock[] = [];
  const broken: { readonly block: CodeBlock; readonly error: string }[] = [];
  for (const block of blocks) {
    if (!originals.some(({ language }) => language === block.language)) continue;
    const error = await syntaxError(block.code, block.language);
    if (error === undefined) parsed.push(block);
    else if (!isPartial(block)) broken.push({ block, error });
  }
  const found = broken.find(({ block }) => !isExcerpt(block, parsed));
  if (found === undefined) return undefined;
  const { language } = found.block;
  for (const block of originals.filter((other) => other.language === language))
    if ((await syntaxError(block.code, language)) !== undefined) return undefined;
  return `${language} that does not parse (${found.error})`;
}
