/**
 * A whole number of 16 digits or more at the beginning of a value. It may also be part of a string,
 * which `stringOrLarge` tells apart.
 */
const mayBeLarge = /[:[,\s]-?\d{16,}/;
/** Tells most texts apart faster. */
const hasManyDigits = /\d{16}/;
const stringOrLarge = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/gs;

/**
 * `JSON.parse` that keeps large whole numbers exact. A number that JavaScript cannot hold exactly
 * becomes a string of its digits, as it does when read from Parquet. So `9007199254740993` becomes
 * `"9007199254740993"`, and two ids never become one.
 * `NaN` and `Infinity`, which Python's `json` writes, become null.
 * @throws SyntaxError when the text is not JSON.
 */
export function parseExactly(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (!notANumber.test(text)) throw error;
    return parseJson(text.replace(stringOrNotANumber, (token) => (token.startsWith('"') ? token : "null")));
  }
}

const notANumber = /[:[,\s]-?(?:NaN|Infinity)/;
const stringOrNotANumber = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs;

function parseJson(text: string): unknown {
  if (!hasManyDigits.test(text) || !mayBeLarge.test(text)) return JSON.parse(text) as unknown;
  // Invalid JSON throws here. Quotes around digits could otherwise make it valid.
  const value: unknown = JSON.parse(text);
  let changed = false;
  const exact = text.replace(stringOrLarge, (token) => {
    if (token.startsWith('"') || String(Number(token)) === token) return token;
    changed = true;
    return `"${token}"`;
  });
  if (!changed) return value;
  return JSON.parse(exact) as unknown;
}
