import { chmod } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import type { ScriptFacts } from "./engines/engine.ts";
import { engines } from "./engines/index.ts";
import { shardsFolder } from "./plan.ts";

/**
 * Writes what an engine is given to run. A script that is there may hold the user's own lines, so
 * it stays as it is.
 * @throws UsageError for an engine that is not in the table.
 */
export async function writeScript(
  name: string,
  facts: ScriptFacts,
): Promise<{ readonly path: string; readonly start: string; readonly isKept: boolean }> {
  const engine = engines.find((known) => known.name === name);
  if (engine === undefined)
    throw new UsageError(`--on: expected one of ${engines.map((known) => known.name).join(", ")}, found "${name}".`);
  const path = join(shardsFolder(facts.out), engine.file);
  const isKept = existsSync(path);
  if (!isKept) {
    await writeAtomically(path, [engine.script(facts)]);
    if (path.endsWith(".sh")) await chmod(path, 0o755);
  }
  return { path, start: engine.start(path), isKept };
}
