import { holdsWords, plainWords } from "./plain-words.ts";

/** The lettered options of a question, each in plain words, by its letter. */
export type Options = ReadonlyMap<string, string>;

const lettered = /(?:^|[\s,;|(])[*_]{0,2}\(?([A-J])[).:][*_]{0,2}[ \t]+(\S[^\n]*?)(?=[\s,;|]+[*_]{0,2}\(?[A-J][).:][*_]{0,2}[ \t]|\n|$)/g;

/** The options of an instruction, which begin with A. Empty if there are fewer than two. */
export function optionsOf(instruction: string): Options {
  const options = new Map<string, string>();
  for (const [, letter = "", text = ""] of instruction.matchAll(lettered)) {
    if (letter === "A") options.clear();
    else if (letter.charCodeAt(0) !== 65 + options.size) continue;
    options.set(letter, plainWords(text));
  }
  return options.size < 2 ? new Map() : options;
}

/** The letter of the option that a short text names. Undefined if it names none or several. */
export function optionNamed(text: string, options: Options): string | undefined {
  const words = plainWords(text);
  const exact = [...options].find(([, option]) => option === words);
  if (exact) return exact[0];
  const held = [...options].filter(([, option]) => holdsWords(words, option));
  // "Not ethical" holds "ethical" too.
  return only(
    held.filter(([, option]) => !held.some(([, other]) => other !== option && holdsWords(other, option))).map(([letter]) => letter),
  );
}

const nouns = "option|choice|answer|opción|opcion|opção|alternativa|opzione|antwort|ответ|вариант|विकल्प|الخيار|选项|選項|選択肢";
const mentioned = new RegExp(
  [
    String.raw`(?:^|[^\p{L}])(?:${nouns})[ \t]*\(?([A-H])(?![\p{L}\p{N}'’])`,
    String.raw`[(（]([A-H])[)）]`,
    String.raw`\*\*\(?([A-H])[).:]?\)?(?:\*\*|[ \t])`,
    String.raw`^[ \t>]*([A-H])(?:[).:](?:\s|$)|$)`,
  ].join("|"),
  "gimu",
);
const alone = /(?<![\p{L}\p{N}'’])([B-H])(?![\p{L}\p{N}'’+])/gu;

/** The only letter that a response names as an option. Undefined if it names none or several. */
export function optionMentioned(response: string): string | undefined {
  const letters = [...response.matchAll(mentioned)].flatMap((found) => found.slice(1).find((letter) => /^[A-H]$/.test(letter ?? "")) ?? []);
  return only(letters.length > 0 ? letters : [...response.matchAll(alone)].map(([, letter = ""]) => letter));
}

function only(letters: readonly string[]): string | undefined {
  return new Set(letters).size === 1 ? letters[0] : undefined;
}
