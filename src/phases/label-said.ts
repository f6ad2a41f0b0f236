import { z } from "zod";
import { readJson } from "./read-json.ts";

/** Other ways to say a label, by the label in lower case. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  yes: ["y", "true", "good", "correct", "ja", "oui", "sí", "si", "sim", "да", "是", "是的", "はい", "예", "네", "✅", "✔️", "✔", "👍"],
  no: ["n", "false", "bad", "incorrect", "wrong", "nein", "non", "não", "нет", "否", "不是", "いいえ", "아니요", "❌", "✗", "✘", "👎"],
  "1": ["one", "first", "the first"],
  "2": ["two", "second", "the second"],
};

const announced = String.raw`(?:(?:so |and )?(?:the |my )?(?:final |correct )?(?:answer|verdict|label|judge?ment|result|decision|choice)\s*(?:is\s*:?|[:：=–-])\s*)`;
const goesOn = "(?:it|this|that|the|they|there|because|since|as|he|she|you|is|will|would|does|follows?)";
const jsonAnswer = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const answerKeys = /^(?:answer|verdict|label|judge?ment|result|decision|choice|response)$/i;

/**
 * The label that an answer in words gives, as an index. It may stand alone, before its reason, or
 * at the end of a line, and be said in another way, such as `✅` for Yes. Undefined if no line
 * gives a label, or two lines or two parts of a line give different ones.
 */
export function labelSaid(text: string, labels: readonly string[]): number | undefined {
  const json = readJson(text, jsonAnswer);
  const lines = (json === undefined ? text : jsonText(json)).split("\n");
  const patterns = labels.map((label) => patternsOf(label));
  let said: number | undefined;
  for (const line of lines) {
    const bare = line
      .replace(/[*_`"“”#>|[\]{}]+/gu, " ")
      .trim()
      .replace(/^(?:-|•|\(?\d{1,2}[.):])\s+/, "");
    const found = patterns.flatMap(({ begins, ends }, index) => (begins.test(bare) || ends.test(bare) ? [index] : []));
    const [label] = found;
    if (label === undefined) continue;
    const isOpen = patterns.some(({ inClause }, index) => index !== label && inClause.test(bare));
    if (found.length > 1 || isOpen || (said !== undefined && said !== label)) return undefined;
    said = label;
  }
  return said;
}

interface LabelPatterns {
  /** A line that gives the label before anything else. */
  readonly begins: RegExp;
  /** A line that ends with the label, behind a mark or an announcement. */
  readonly ends: RegExp;
  /** The label at the beginning of a later clause, or as another choice. */
  readonly inClause: RegExp;
}

const known = new Map<string, LabelPatterns>();

function patternsOf(label: string): LabelPatterns {
  const kept = known.get(label);
  if (kept !== undefined) return kept;
  const words = [label, ...(synonyms[label.toLowerCase()] ?? [])].map((word) => word.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  const word = `(?:${words.join("|")})(?![\\p{L}\\p{N}]|[.,]\\d)`;
  const numbered = String.raw`(?:response |option |answer |line )?#?`;
  const patterns = {
    begins: new RegExp(`^${announced}?${numbered}${word}(?=\\s*$|\\s*[.,:;!)–—-]|\\s+\\(|\\s+${goesOn}\\b)`, "iu"),
    ends: new RegExp(`(?:\\s[-–—=→]|[:：=→]|\\bis(?: an?)?:?|\\banswer)\\s*${numbered}${word}[.!)]*$`, "iu"),
    inClause: new RegExp(`(?:[.,:;!?/–—-]|\\bor\\b)\\s*${word}(?=\\s*$|\\s*[.,:;!?)–—-])`, "iu"),
  };
  known.set(label, patterns);
  return patterns;
}

/** The value that an object gives as the answer, or its only one. */
function jsonText(json: Readonly<Record<string, string | number | boolean>>): string {
  const entries = Object.entries(json);
  const answers = entries.length === 1 ? entries : entries.filter(([key]) => answerKeys.test(key));
  return answers.map(([, value]) => String(value)).join("\n");
}
