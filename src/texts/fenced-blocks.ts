/** A fenced code block of Markdown. */
export interface FencedBlock {
  /** The first word after the opening fence in lower case, such as `python`. It may be empty. */
  readonly label: string;
  readonly code: string;
}

const fence = /^[ \t]*(`{3,}|~{3,})[ \t]*([^`\n]*)$/;

/**
 * Reads the fenced code blocks of a text as CommonMark does (specification 0.31, section 4.5). A
 * fence may be indented by any depth, because list items indent their blocks.
 * @returns The closed blocks. `isUnclosed` says whether one more block is opened and not closed. A
 * text with an even number of fences counts as closed, because it holds blocks within a block.
 */
export function fencedBlocks(text: string): { readonly blocks: readonly FencedBlock[]; readonly isUnclosed: boolean } {
  const blocks: FencedBlock[] = [];
  let open: { readonly marks: string; readonly label: string; readonly lines: string[] } | undefined;
  let fences = 0;
  if (!text.includes("```") && !text.includes("~~~")) return { blocks, isUnclosed: false };
  for (const line of text.split(/\r?\n/)) {
    const [, marks, info = ""] = fence.exec(line) ?? [];
    if (marks !== undefined) fences++;
    if (open === undefined) {
      if (marks !== undefined) open = { marks, label: labelOf(info), lines: [] };
    } else if (marks?.startsWith(open.marks) && info.trim() === "") {
      blocks.push({ label: open.label, code: open.lines.join("\n") });
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return { blocks, isUnclosed: open !== undefined && fences % 2 === 1 };
}

/** Reads `python` out of `python title="a.py"`, `{.python}` and `Python`. */
function labelOf(info: string): string {
  return /^\{?\.?([^\s,{}:]*)/.exec(info.trim())?.[1]?.toLowerCase() ?? "";
}
