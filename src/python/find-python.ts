import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";
import type { Environment } from "../platform/environment.ts";
import { environmentFolder, environmentMark } from "./environment-folder.ts";

/**
 * The Python interpreter for training and the harness. It is the one that the user names, else
 * `SYSGEN_PYTHON`, else the one of the environment that `sysgen python install` made.
 * @throws UsageError with the command that makes the environment, when there is none.
 */
export function findPython({ named, env }: { readonly named: string | undefined; readonly env: Environment }): string {
  const own = named ?? (env["SYSGEN_PYTHON"] || undefined);
  if (own !== undefined) {
    if (own.includes("/") && !existsSync(own)) throw new UsageError(`No Python interpreter at ${own}: --python takes the path of one.`);
    // Tools are started in folders of their own. Links stay as they are, because Python finds a
    // virtual environment by them.
    return own.includes("/") ? resolve(own) : own;
  }
  const folder = environmentFolder(env);
  const managed = interpreterIn(folder);
  const isBegun = existsSync(managed);
  const isMarked = existsSync(join(folder, environmentMark));
  if (isBegun && isMarked) return managed;
  if (isMarked)
    throw new UsageError(
      `The interpreter of the Python environment is gone (${managed}), as after an update of the machine's Python. Run "sysgen python install" again, which makes the environment anew.`,
    );
  throw new UsageError(
    isBegun
      ? 'The Python environment is not whole, as its installation was broken off. Run "sysgen python install" again, which goes on.'
      : 'This needs Python with PyTorch, which is not installed yet. Run "sysgen python install" once (about 5 GB), or name your own with --python.',
  );
}

/** The interpreter of a virtual environment. */
export function interpreterIn(folder: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}
