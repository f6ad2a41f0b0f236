import { join } from "node:path";
import { explainWriteError } from "../../platform/disk-errors.ts";
import { writeAtomically } from "../../platform/write-atomically.ts";
import { reportFileNames } from "../../analysis/report.ts";
import type { ReportFiles } from "../../report/write-report.ts";
import type { ExperimentReport } from "./experiment-report.ts";
import { renderMarkdown } from "./markdown.ts";

/**
 * Writes report.json, report.md and report.html, each whole or not at all.
 * @throws SysGenError when the folder cannot be written.
 */
export async function writeExperimentReport(report: ExperimentReport, folder: string): Promise<ReportFiles> {
  const { json, markdown, html } = reportFileNames;
  const files = { json: join(folder, json), markdown: join(folder, markdown), html: join(folder, html) };
  // Loaded here because this module brings the library that draws charts.
  const { renderPage } = await import("./page/render-page.ts");
  try {
    await writeAtomically(files.json, [`${JSON.stringify(report, undefined, 2)}\n`]);
    await writeAtomically(files.markdown, [renderMarkdown(report)]);
    await writeAtomically(files.html, [await renderPage(report)]);
  } catch (error) {
    throw explainWriteError(folder, error);
  }
  return files;
}
