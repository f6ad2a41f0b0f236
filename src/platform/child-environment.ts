import { delimiter, isAbsolute } from "node:path";
import type { Environment } from "./environment.ts";

/**
 * The environment of programs that this one starts. `PATH` names no folder relative to the working
 * directory, so no program beside the data is taken for another. Python's own variables are left
 * out, because they may name modules to run.
 */
export function childEnvironment(env: Environment): Record<string, string | undefined> {
  const own = Object.entries(env).filter(([name]) => !/^PYTHON/i.test(name));
  const child = own.map(([name, value]) => [name, /^path$/i.test(name) ? absolutePath(value) : value] as const);
  return { ...Object.fromEntries(child), PYTHONSAFEPATH: "1" };
}

function absolutePath(path: string | undefined): string | undefined {
  return path?.split(delimiter).filter(isAbsolute).join(delimiter);
}
