import { parseModule, parseScript, type Options } from "meriyah";

/** `webcompat` reads what browsers read. `globalReturn` lets `return` stand outside functions. */
const options: Options = { jsx: true, next: true, webcompat: true, globalReturn: true };

/** JavaScript with or without JSX, as a module, a script, or one expression such as an object. */
export function syntaxError(code: string): string | undefined {
  const error = errorOf(() => parseModule(code, options));
  const isReadOtherwise =
    error === undefined ||
    errorOf(() => parseScript(code, options)) === undefined ||
    errorOf(() => parseModule(`(${code.replace(/;\s*$/, "")}\n)`, options)) === undefined;
  return isReadOtherwise ? undefined : error;
}

/** Code that is nested too deeply for the parser counts as read. */
function errorOf(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError ? error.message : undefined;
  }
}
