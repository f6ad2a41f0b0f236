const wraps: readonly RegExp[] = [
  /^(\*{1,3}|_{1,3})([^*_]+)\1$/,
  /^()"([^"]+)"$/,
  /^()“([^“”]+)”$/,
  /^()«\s?([^«»]+?)\s?»$/,
  /^()「([^「」]+)」$/,
];

/**
 * Takes off a phrase what a model put between it and its tags. This is a colon, a bullet, quotes
 * around the whole, and Markdown's emphasis around the whole or of the tags themselves.
 * Emphasis of words within the phrase stays.
 */
export function withoutDecoration(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  // Most phrases begin with a letter and end with a full stop.
  if (isLetter(first) && (isLetter(last) || last === 46)) return text;
  let rest = text;
  for (;;) {
    const before = rest;
    rest = rest
      .replace(/^[:：]+\s*(?=[\p{L}\p{N}"“«「*_`([])/u, "")
      .replace(/^(?:[-–—•]|#{1,6}|>)\s+/, (bullet) => (rest.includes(` ${bullet}`) ? bullet : ""))
      .replace(/^[*_]{1,3}\s+|\s+[*_]{1,3}$/g, "")
      .replace(/^\*{2,3}(?!.*\*\*)/, "")
      .replace(/(?<!\*\*.*)\*{2,3}$/, "");
    for (const wrap of wraps) rest = wrap.exec(rest)?.[2]?.trim() ?? rest;
    if (rest === before) return rest;
  }
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}
