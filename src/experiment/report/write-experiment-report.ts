import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { RunInUse } from "../../errors.ts";
import { explainWriteError } from "../../platform/disk-errors.ts";
import { tryLock } from "../../platform/file-lock.ts";
import { writeAtomically } from "../../platform/write-atomically.ts";
import { reportFileNames } from "../../analysis/report.ts";
import type { ReportFiles } from "../../report/write-report.ts";
import type { ExperimentReport } from "./experiment-report.ts";
import { renderMarkdown } from "./markdown.ts";

/** How often and how long the writing of another process is waited for. */
const tries = 100;
const pauseMs = 50;

/**
 * Writes report.json, report.md and report.html, each whole or not at all. Two processes that write
 * them write one after the other.
 * @throws SysGenError when the folder cannot be written.
 */
export async function writeExperimentReport(report: ExperimentReport, folder: string): Promise<ReportFiles> {
  const { json, markdown, html } = reportFileNames;
  const files = { json: join(folder, json), markdown: join(folder, markdown), html: join(folder, html) };
  // Loaded here because this module brings the library that draws charts.
  const { renderPage } = await import("./page/render-page.ts");
  const page = await renderPage(report);
  try {
    await mkdir(folder, { recursive: true });
    using _lock = await whenFree(join(folder, ".report.lock"));
    await writeAtomically(files.json, [`${JSON.stringify(report, undefined, 2)}\n`]);
    await writeAtomically(files.markdown, [renderMarkdown(report)]);
    await writeAtomically(files.html, [page]);
  } catch (error) {
    throw explainWriteError(folder, error);
  }
  return files;
}

async function whenFree(path: string): Promise<Disposable> {
  for (let tried = 0; tried < tries; tried++) {
    const lock = tryLock(path);
    if (lock !== undefined) return lock;
    await setTimeout(pauseMs);
  }
  throw new RunInUse(`Another process is writing this report (${path}). Wait for it, or stop it.`);
}
