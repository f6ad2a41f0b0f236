import { tags } from "../../records/system-message/phrase.ts";

const anyTag = tags.join("|");
const debris = new RegExp(
  [
    "<<|>>|</",
    "^\\s*[<>]|[<>]\\s*$",
    `<(?:${anyTag})\\b`,
    `(?:^|[.!?]\\s+)(?:${anyTag})\\s*[:：]`,
    "\\[/?(?:end of )?conversation\\b",
    "\\b[Ss]ystem message\\s*:",
  ].join("|"),
  "u",
);

/** Whether a phrase holds pieces of tags or of the prompt's marks. Code between backticks may. */
export function holdsTagDebris(text: string): boolean {
  return debris.test(text.replace(/`[^`]*`/g, ""));
}
