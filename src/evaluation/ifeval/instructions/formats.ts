import { z } from "zod";
import { literalPattern } from "../../../texts/literal-pattern.ts";
import { kind } from "../instruction.ts";
import { countOf, lineStart, space, strip } from "../reference/python-text.ts";
import { count, none, text } from "./settings.ts";

const starBullet = new RegExp(String.raw`${lineStart}[${space}]*\*[^*][^\n]*`, "gu");
const dashBullet = new RegExp(`${lineStart}[${space}]*-[^\\n]*`, "gu");

/** Exactly so many bullets. Lines that begin with `-`, such as dividers, are bullets too. */
export const numberBulletLists = kind(
  z.object({ num_bullets: count }),
  (response, { num_bullets }) => countOf(response, starBullet) + countOf(response, dashBullet) === num_bullets,
);

/** One of three sentences is somewhere in the response. */
export const constrainedResponse = kind(none, (response) =>
  ["My answer is yes.", "My answer is no.", "My answer is maybe."].some((answer) => response.includes(answer)),
);

/** Text between single or double asterisks on one line is a highlight. */
export const numberHighlightedSections = kind(z.object({ num_highlights: count }), (response, { num_highlights }) => {
  const single = response.match(/\*[^\n*]*\*/g) ?? [];
  const double = response.match(/\*\*[^\n*]*\*\*/g) ?? [];
  return [...single, ...double].filter((highlight) => strip(highlight.replaceAll("*", "")) !== "").length >= num_highlights;
});

/** A section begins with its word and a number, as in "Section 1". */
export const multipleSections = kind(
  z.object({ section_spliter: text, num_sections: count }),
  (response, { section_spliter, num_sections }) => {
    const head = new RegExp(String.raw`${literalPattern(strip(section_spliter))}[${space}]?\p{Nd}+`, "gu");
    return countOf(response, head) >= num_sections;
  },
);

/** What Python's `json` reads and JSON does not allow, and strings, within which it is text. */
const stringOrConstant = /"(?:[^"\\]|\\[^])*"|NaN|-?Infinity/g;

/** The response is JSON, also in a fenced block. */
export const jsonFormat = kind(none, (response) => {
  const fenced = ["```json", "```Json", "```JSON", "```"].reduce(withoutPrefix, strip(response));
  const json = strip(fenced.endsWith("```") ? fenced.slice(0, -3) : fenced);
  try {
    JSON.parse(json.replaceAll(stringOrConstant, (found) => (found.startsWith('"') ? found : "null")));
    return true;
  } catch {
    return false;
  }
});

function withoutPrefix(of: string, prefix: string): string {
  return of.startsWith(prefix) ? of.slice(prefix.length) : of;
}

/** A title is in double angular brackets, as in <<poem of joy>>. */
export const title = kind(none, (response) =>
  (response.match(/<<[^\n]+>>/g) ?? []).some((found) => strip(found.replace(/^<+/, "").replace(/>+$/, "")) !== ""),
);
