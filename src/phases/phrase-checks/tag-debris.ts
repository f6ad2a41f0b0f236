import { holdsToken } from "../../texts/replies/control-tokens.ts";
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

/**
 * Whether a phrase holds pieces of tags, of the prompt's marks or of a chat template. Code between
 * backticks may.
 */
export function holdsTagDebris(text: string): boolean {
  const bare = text.replace(/`[^`]*`/g, "");
  return debris.test(bare) || holdsToken(bare);
}
