/**
 * The test whether a path matches a card's file pattern. `*` and `?` do not match a slash, `**`
 * does, and `[0-9]` matches one character of a set. A pattern that names a folder matches the files
 * below it. Hidden files and files in folders that begin with `__` match only patterns that name
 * those parts.
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

/** Counts the parts of a path that begin with a dot, and the folders that begin with `__`. */
export function hiddenParts(path: string): number {
  const parts = path.split("/");
  return parts.filter((part, index) => /^\.[^.]/.test(part) || (part.startsWith("__") && index < parts.length - 1)).length;
}
