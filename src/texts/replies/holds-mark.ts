const openers = ["<", "[", "]", "◁"] as const;

/**
 * Whether a text holds a mark. Only the places of the characters that marks begin with are looked
 * at, because most replies have few of them.
 * @param mark A sticky pattern.
 */
export function holdsMark(text: string, mark: RegExp): boolean {
  for (const opener of openers)
    for (let at = text.indexOf(opener); at !== -1; at = text.indexOf(opener, at + 1)) {
      // Phrases stand between double brackets, of which the second one counts.
      if (text.charCodeAt(at + 1) === 60) continue;
      mark.lastIndex = at;
      if (mark.test(text)) return true;
    }
  return false;
}
