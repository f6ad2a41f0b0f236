import { existsSync } from "node:fs";
import { SysGenError, UsageError, messageOf } from "../../errors.ts";
import type { Preference } from "../../exports/preference-writer.ts";
import { readLines } from "../../platform/read-lines.ts";
import { runFiles } from "../../runs/run-files.ts";
import { pairOf, rowVerdictsSchema } from "./row-verdicts.ts";

/**
 * Which response the first judge of `sysgen judge` found better, by the row's id. A response is
 * preferred if it is in both orders. The judge saw the system message.
 * @throws UsageError when the run was not judged.
 * @throws SysGenError when the verdicts are damaged.
 */
export function readPreferences(folder: string): ReadonlyMap<string, Preference> {
  const path = runFiles(folder).judgeRows;
  if (!existsSync(path))
    throw new UsageError(
      `A preference needs a judge, and ${folder} was not judged yet. Run: sysgen judge ${folder} --judge-model <name> --judge-base-url <url>`,
    );
  const preferences = new Map<string, Preference>();
  let number = 0;
  for (const { bytes } of readLines(path, 0)) {
    number++;
    const { id, judges } = verdictsIn(bytes, `${path}:${number}`);
    const pair = pairOf(judges[0]);
    if (pair !== undefined) preferences.set(id, pair.verdict);
  }
  return preferences;
}

function verdictsIn(line: Uint8Array, place: string) {
  try {
    return rowVerdictsSchema.parse(JSON.parse(Buffer.from(line).toString()));
  } catch (error) {
    throw new SysGenError(`${place} is no verdict of sysgen judge (${messageOf(error)}). Judge again: replies that were paid are kept.`);
  }
}
