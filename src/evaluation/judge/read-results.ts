import { SysGenError, messageOf } from "../../errors.ts";
import { readIfThere } from "../../platform/read-if-there.ts";
import { runFiles } from "../../runs/run-files.ts";
import { parseJudgeResult, type JudgeResult } from "./result.ts";

/**
 * Reads what `sysgen judge` found about a run. The result with the system message shown comes
 * first, then the one with it hidden. A result that does not exist is left out.
 * @throws SysGenError when a file is damaged
 */
export async function readJudgeResults(folder: string): Promise<JudgeResult[]> {
  const files = runFiles(folder);
  const results = await Promise.all([files.judge, files.judgeHidden].map(readResult));
  return results.filter((result) => result !== undefined);
}

async function readResult(path: string): Promise<JudgeResult | undefined> {
  const text = await readIfThere(path);
  if (text === undefined) return undefined;
  try {
    return parseJudgeResult(JSON.parse(text));
  } catch (error) {
    throw new SysGenError(
      `${path} is no result of sysgen judge (${messageOf(error)}). Delete it, or judge again: replies that were paid are kept.`,
      {
        cause: error,
      },
    );
  }
}
