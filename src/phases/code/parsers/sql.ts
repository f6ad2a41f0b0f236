import { ParserError, SUPPORTED_DIALECTS, init, validate, type DialectName } from "@guanmingchiu/sqlparser-ts";

await init();

/** SQL of any dialect that the parser knows. */
export function syntaxError(code: string): string | undefined {
  let first: string | undefined;
  for (const dialect of SUPPORTED_DIALECTS) {
    const error = errorIn(code, dialect);
    if (error === undefined) return undefined;
    first ??= error;
  }
  return first;
}

/** Code that is nested too deeply for the parser counts as read. */
function errorIn(code: string, dialect: DialectName): string | undefined {
  try {
    validate(code, dialect);
    return undefined;
  } catch (error) {
    return error instanceof ParserError && !error.message.includes("recursion limit") ? error.message : undefined;
  }
}
