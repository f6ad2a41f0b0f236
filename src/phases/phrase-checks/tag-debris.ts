import { holdsToken } from "../../texts/replies/control-tokens.ts";
import { perTagSet, type TagSet } from "../../records/system-message/tag-set.ts";

const debrisOf = perTagSet(({ names }) => {
  const anyTag = names.join("|");
  return new RegExp(
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
});

/**
 * Whether a phrase holds pieces of tags, of the prompt's marks or of a chat template. Code between
 * backticks may.
 */
export function holdsTagDebris(text: string, tags: TagSet): boolean {
  const bare = text.replace(/`[^`]*`/g, "");
  return debrisOf(tags).test(bare) || holdsToken(bare);
}
