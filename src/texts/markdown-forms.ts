/** A kind of Markdown structure. */
export type Form = "list" | "heading" | "code" | "table";

export const forms: readonly { readonly form: Form; readonly label: string }[] = [
  { form: "list", label: "lists" },
  { form: "heading", label: "headings" },
  { form: "code", label: "code blocks" },
  { form: "table", label: "tables" },
];

const fence = /^ {0,3}(?:`{3,}|~{3,})/;
/** A line that begins an item of a list. */
export const listItem = /^\s{0,12}(?:[-*+•]|\d{1,3}[.)])\s+\S/;
/** Not a line such as `#### 72`, which marks the final answer in GSM8K and its kin. */
const heading = /^ {0,3}#{1,6}\s+(?![-+$€£\d.,%/ ]+$)\S/;
const delimiterRow = /^[\s|:-]+$/;

/**
 * Which structures a text has, read line by line as in GitHub-flavoured Markdown. A list has at
 * least two items, a heading begins with `#`, a code block is fenced, and a table has a delimiter
 * row under a row with `|`. Lines within a code block are not read.
 */
export function formsIn(text: string): ReadonlySet<Form> {
  const found = new Set<Form>();
  let items = 0;
  let inCode = false;
  let before = "";
  for (const line of text.split("\n")) {
    if (fence.test(line)) {
      inCode = !inCode;
      found.add("code");
    } else if (!inCode) {
      if (listItem.test(line) && ++items === 2) found.add("list");
      if (heading.test(line)) found.add("heading");
      if (before.includes("|") && line.includes("|") && line.includes("-") && delimiterRow.test(line)) found.add("table");
    }
    before = line;
  }
  return found;
}
