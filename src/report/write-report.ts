import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { SysGenError, UsageError, messageOf } from "../errors.ts";
import { writeAtomically } from "../platform/write-atomically.ts";
import type { JudgeResult } from "../evaluation/judge/result.ts";
import { renderMarkdown } from "./markdown.ts";
import { reportFileNames, type Report } from "../analysis/report.ts";

export interface ReportFiles {
  readonly json: string;
  readonly markdown: string;
  readonly html: string;
}

/**
 * Writes report.json, report.md and report.html, each whole or not at all. report.md and the page
 * also show what judges of the run said.
 * @throws SysGenError when the folder cannot be written.
 */
export async function writeReport(report: Report, folder: string, judged: readonly JudgeResult[] = []): Promise<ReportFiles> {
  const { json, markdown, html } = reportFileNames;
  const files = { json: join(folder, json), markdown: join(folder, markdown), html: join(folder, html) };
  // Loaded here because this module brings the library that draws charts.
  const { renderReport } = await import("./page/render-report.ts");
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`Cannot make the folder ${folder} (${messageOf(error)}). Choose another with --out.`);
  });
  try {
    await writeAtomically(files.json, [`${JSON.stringify(report)}\n`]);
    await writeAtomically(files.markdown, [renderMarkdown(report, judged)]);
    await writeAtomically(files.html, [await renderReport(report, judged)]);
  } catch (error) {
    if (error instanceof SysGenError) throw error;
    throw new SysGenError(`Cannot write the report into ${folder} (${messageOf(error)}). Choose another place with --out.`, {
      cause: error,
    });
  }
  return files;
}
