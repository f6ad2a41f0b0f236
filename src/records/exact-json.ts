/** Whole numbers of 16 digits and more, where a value begins; a string may hold the like, which the slow way finds out. */
const mayBeLarge = /[:[,\s]-?\d{16,}/;
const stringOrLarge = /"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/gs;

/**
 * JSON.parse, but a whole number that JavaScript cannot hold exactly becomes its digits as text, as it does out of Parquet: two ids must not
 * become one.
 * @throws SyntaxError
 */
export function parseExactly(text: string): unknown {
  if (!mayBeLarge.test(text)) return JSON.parse(text) as unknown;
  // What is no JSON must stay none: digits are only put into quotes in a text that is valid.
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
