/**
 * The test for a card's file pattern. `*` and `?` stay within a folder, `**` goes through folders, `[0-9]` is one character of a
 * set; a pattern that is a folder means the files below it. Hidden files and `__` folders are meant only by patterns that name them.
 */
export function patternTest(pattern: string): (path: string) => boolean {
  const clean = pattern.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
  const body = clean.replaceAll(/\*\*\/|\*+|\?|\[(!?)([^\]/]+)\]|[.+^${}()|[\]\\]/g, (token, negated?: string, set?: string) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "?") return "[^/]";
    if (set !== undefined) return `[${negated ? "^" : ""}${set.replaceAll(/[\\^]/g, "\\$&")}]`;
    if (token.startsWith("*")) return token === "*" ? "[^/]*" : ".*";
    return `\\${token}`;
  });
  const mayBeFolder = !/[*?[]/.test(clean.split("/").at(-1) ?? "");
  const expression = new RegExp(`^${body}${mayBeFolder ? "(?:/.*)?" : ""}$`, "s");
  const wanted = hiddenParts(clean);
  return (path) => expression.test(path) && hiddenParts(path) === wanted;
}

/** How many parts of a path begin with a dot or are folders that begin with `__`. */
export function hiddenParts(path: string): number {
  const parts = path.split("/");
  return parts.filter((part, index) => /^\.[^.]/.test(part) || (part.startsWith("__") && index < parts.length - 1)).length;
}
