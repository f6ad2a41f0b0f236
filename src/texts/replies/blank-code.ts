const blocks = /^[ \t]*(`{3,}|~{3,})[^\n]*\n[^]*?^[ \t]*\1[ \t]*$/gm;
const spans = /(``+)[^\n]*?\1|`[^`\n]+`/g;

/**
 * The text with blanks for its code, which is closed fenced blocks and code spans of one line. Its
 * length stays the same, so that what is found in it has the same place in the text.
 */
export function blankCode(text: string): string {
  if (!text.includes("`") && !text.includes("~~~")) return text;
  return text.replace(blocks, blank).replace(spans, blank);
}

function blank(code: string): string {
  return code.replace(/[^\n]/g, "\0");
}
