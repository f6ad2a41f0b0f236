import type { Language } from "./language.ts";

/** Each parser is imported when it is first needed, because most runs hold no code. */
const parsers: Readonly<Record<Language, () => Promise<{ syntaxError(code: string): string | undefined }>>> = {
  Python: () => import("./parsers/python.ts"),
  JavaScript: () => import("./parsers/javascript.ts"),
  JSON: () => import("./parsers/json.ts"),
  SQL: () => import("./parsers/sql.ts"),
};

/** Says in the parser's words why code does not parse. Undefined if it parses. */
export async function syntaxError(code: string, language: Language): Promise<string | undefined> {
  const parser = await parsers[language]();
  return parser.syntaxError(code);
}
