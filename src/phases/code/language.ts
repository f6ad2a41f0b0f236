/** A language that `syntax-error.ts` can parse. */
export type Language = "Python" | "JavaScript" | "JSON" | "SQL";

const byLabel = new Map<string, Language>([
  ...["python", "py", "python3", "py3"].map((label) => [label, "Python"] as const),
  ...["javascript", "js", "jsx", "mjs", "cjs", "node", "nodejs"].map((label) => [label, "JavaScript"] as const),
  ...["json"].map((label) => [label, "JSON"] as const),
  ...["sql", "mysql", "postgresql", "postgres", "sqlite", "tsql", "mssql", "plsql"].map((label) => [label, "SQL"] as const),
]);

/**
 * How code of a language begins, so that no prose and hardly any other language begins so. With the
 * flag `m` any line of a block tells its language.
 */
const signatures = signed([
  ["JSON", "", /^\s*(?:\{\s*["']|\[\s*\{\s*["'])/],
  ["SQL", "", /^\s*(?:SELECT\s[^]*\bFROM\b|select\s[^]*\bfrom\b|INSERT INTO\b|UPDATE\s+\S+\s+SET\b|DELETE FROM\b|CREATE TABLE\b)/],
  [
    "Python",
    "m",
    /^[ \t]*(?:(?:async )?def \w+\([^\n]*\)(?: *->[^\n]*)?:[ \t]*(?:#[^\n]*|return\b[^\n]*)?(?:\r?\n|$)|class \w+(?:\([\w., ]*\))?:[ \t]*(?:\r?\n|$)|(?:from [\w.]+ )?import [\w., *()]+(?:\r?\n|$))/,
  ],
  // `var x = 1` may be C#, `let x = 1` Swift, and `function f($x) {` PHP.
  [
    "JavaScript",
    "m",
    /^(?:(?:export )?(?:default )?(?:async )?(?:function\b[^\n$]*\{|const (?:\w+|\{[^\n}]*\}) = )|(?:console\.log|document\.\w+)\(|import [^\n]* from ["'])/,
  ],
]);

interface Signature {
  readonly language: Language;
  readonly ofResponse: RegExp;
  readonly ofBlock: RegExp;
}

function signed(rules: readonly (readonly [language: Language, flags: "" | "m", start: RegExp])[]): readonly Signature[] {
  return rules.map(([language, flags, start]) => ({ language, ofResponse: start, ofBlock: new RegExp(start, flags) }));
}

/** Lines that may stand before the line that shows the language of a whole response. */
const leadIn = /^(?:[ \t]*(?:(?:#|\/\/|--|@|let |var ).*)?\r?\n)*/;

/** The language that a fenced block's label names. Undefined for other labels. */
export function labelledLanguage(label: string): Language | undefined {
  return byLabel.get(label);
}

/** The language that a fenced block without a label is surely in. */
export function languageOfBlock(code: string): Language | undefined {
  return signatures.find(({ ofBlock }) => ofBlock.test(code))?.language;
}

/**
 * The language of a response that is nothing but code without a fence. The response must begin as
 * code, because prose may quote a line of code.
 */
export function languageOfResponse(text: string): Language | undefined {
  const code = text.slice(leadIn.exec(text)?.[0].length);
  return signatures.find(({ ofResponse }) => ofResponse.test(code))?.language;
}
