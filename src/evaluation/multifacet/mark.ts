/** A judge's mark from 1 to 5. */
export type Mark = 1 | 2 | 3 | 4 | 5;

const marks: readonly Mark[] = [1, 2, 3, 4, 5];

/** What a mark follows, such as `[RESULT]`, `Score:`, `**Result**:` or `score of`. */
const marker = String.raw`(?:\[\s*(?:result|score)\s*\]|\b(?:result|score)\b(?:\s+(?:of|is))?)`;
/** Marks of emphasis, brackets, colons and blanks between a marker and its number. */
const between = String.raw`[\s*_:=()[\]{}"'#-]{0,12}`;
const marked = new RegExp(String.raw`${marker}${between}(?:${marker}${between})?(\d+(?:\.\d+)?)(?![\d%])`, "giu");
/** A number alone in brackets at the end, as in `Good job. [3]`. */
const bracketed = /[[(]\s*(\d+)\s*(?:\/\s*5\s*)?[\])]\s*[.*]*\s*$/u;
const bare = /^\W*(\d+)(?:\s*\/\s*5)?\W*$/u;

/**
 * Reads the mark of a reply that gives feedback and then a mark. The last marker decides, because
 * feedback may speak of other marks. Only whole numbers from 1 to 5 are marks.
 * @returns Undefined if the reply has no mark. Never throws.
 */
export function readMark(reply: string): Mark | undefined {
  const [, last] = [...reply.matchAll(marked)].at(-1) ?? bracketed.exec(reply) ?? bare.exec(reply) ?? [];
  return marks.find((mark) => String(mark) === last);
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
