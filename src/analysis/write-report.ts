import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { SysGenError, UsageError, messageOf } from "../errors.ts";
import { writeAtomically } from "../runs/write-atomically.ts";
import { renderMarkdown } from "./markdown.ts";
import { reportFileNames, type Report } from "./report.ts";

export interface ReportFiles {
  readonly json: string;
  readonly markdown: string;
}

/** Writes report.json and report.md, each whole or not at all. @throws SysGenError when the folder cannot be written. */
export async function writeReport(report: Report, folder: string): Promise<ReportFiles> {
  const files = { json: join(folder, reportFileNames.json), markdown: join(folder, reportFileNames.markdown) };
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`Cannot make the folder ${folder} (${messageOf(error)}). Choose another with --out.`);
  });
  try {
    await writeAtomically(files.json, [`${JSON.stringify(report)}\n`]);
    await writeAtomically(files.markdown, [renderMarkdown(report)]);
  } catch (error) {
    if (error instanceof SysGenError) throw error;
    throw new SysGenError(`Cannot write the report into ${folder} (${messageOf(error)}). Choose another place with --out.`, {
      cause: error,
    });
  }
  return files;
}
