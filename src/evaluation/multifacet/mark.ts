/** A judge's mark from 1 to 5. */
export type Mark = 1 | 2 | 3 | 4 | 5;

const marks: readonly Mark[] = [1, 2, 3, 4, 5];

/** Where the prompt asks for the mark. */
const place = /\[\s*(?:result|score)\s*\]/giu;
const label = String.raw`\b(?:result|score|mark|rating)\b`;
const number = String.raw`(\d+(?:\.\d+)?)`;
/** Marks of emphasis, brackets, colons and blanks before a number. */
const between = String.raw`[\s*_:=()[\]{}<>"'\x60#-]{0,12}`;
const spokenLabel = String.raw`${label}(?:\s+(?:of|is))?${between}`;
/** The beginning of what follows the place, such as `4/5` and `Score: 4`. */
const atPlace = new RegExp(`^${between}(?:${spokenLabel})?${number}`, "diu");
/** `Score: 4`, which outranks `a score of 5`. */
const labelled = new RegExp(String.raw`${label}[\s*_"')\x60\]]{0,6}[:=]${between}${number}`, "dgiu");
const spoken = new RegExp(`${spokenLabel}${number}`, "dgiu");
/** A number alone in brackets at the end, as in `Good job. [3]`. */
const bracketed = /[[(]\s*(\d+(?:\.\d+)?)\s*(?:\/\s*5\s*)?[\])]\s*[.*]*\s*$/du;
const bare = /^\W*(\d+(?:\.\d+)?)(?:\s*\/\s*5)?\W*$/du;
/** What makes a number something else than a mark, such as `80%`, `4/10`, `3 or 4` and `2-3`. */
const otherwise = /^(?:[^\S\n]|[*_)\]}>\x60])*(?:%|(?:\/|out of)\s*(?!5(?!\d))\d|(?:,|[-–—~]|to|or|and)[^\S\n]*\d)/iu;

/**
 * Reads the mark of a reply that gives feedback and then a mark. What follows the last `[RESULT]`
 * decides, and without one the last label, because feedback may speak of other marks. Only whole
 * numbers from 1 to 5 are marks.
 * @returns Undefined if the reply has no mark. Never throws.
 */
export function readMark(reply: string): Mark | undefined {
  const [, ...behind] = reply.split(place);
  const text = behind.length === 0 ? reply : (behind.findLast((part) => /\d/.test(part)) ?? "");
  const found =
    (behind.length === 0 ? null : atPlace.exec(text)) ??
    [...text.matchAll(labelled)].at(-1) ??
    [...text.matchAll(spoken)].at(-1) ??
    bracketed.exec(text) ??
    bare.exec(text);
  const [, end = 0] = found?.indices?.[1] ?? [];
  return otherwise.test(text.slice(end)) ? undefined : marks.find((mark) => mark === Number(found?.[1]));
}

const janusPattern = /(?:\[RESULT\]|Score|\[SCORE\]|\[RESULT\]:|Score:|score:|Result:|\[Result\]|scoreof)\s*(?:\(\s*|\[\s*|)\s*(\d+)/i;

/**
 * Reads the mark as the parser of Multifaceted Bench does (github.com/kaistAI/Janus,
 * utils/output_parser.py at b6df510), for figures to be compared with published ones. It takes the
 * first number behind a marker, whatever it is, and misses some forms.
 */
export function readMarkAsJanus(reply: string): number | undefined {
  const digits = janusPattern.exec(reply)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
