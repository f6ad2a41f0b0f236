import { PositionEncoding, Workspace, type Diagnostic } from "@astral-sh/ruff-wasm-nodejs";

/** No rule of the linter is on, so that only errors of syntax are reported. */
const workspace = new Workspace({ "target-version": "py314", lint: { select: [] } }, PositionEncoding.Utf16);

/**
 * Python 3, which may be indented as a whole. `return` and `await` may stand outside functions.
 * Code that is nested too deeply for the parser counts as read.
 */
export function syntaxError(code: string): string | undefined {
  let diagnostics: readonly Diagnostic[];
  try {
    diagnostics = workspace.check(dedented(code));
  } catch {
    return undefined;
  }
  return diagnostics.find((diagnostic) => diagnostic.code === "invalid-syntax")?.message;
}

/** Takes off the indentation that all lines share. */
function dedented(code: string): string {
  const lines = code.split(/\r?\n/);
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)?.[0] ?? "");
  const [first = ""] = indents;
  let shared = first.length;
  while (!indents.every((indent) => indent.startsWith(first.slice(0, shared)))) shared--;
  return lines.map((line) => line.slice(shared)).join("\n");
}
