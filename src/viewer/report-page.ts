import { reportSchema } from "../analysis/report.ts";
import { SysGenError, messageOf } from "../errors.ts";
import { readJudgeResults } from "../evaluation/judge/read-results.ts";
import { readIfThere } from "../platform/read-if-there.ts";

/** The report brings its style along. It runs no script and fetches nothing. */
export const reportPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The report of a run as a page, as report.html has it, with links from its rows to the viewer's.
 * @param path Path of report.json.
 * @throws SysGenError when it is damaged, or of a version that this one cannot read.
 */
export async function reportPage(folder: string, path: string): Promise<string> {
  // Loaded here because this module brings the library that draws charts.
  const [{ renderReport }, judged, text] = await Promise.all([
    import("../report/page/render-report.ts"),
    readJudgeResults(folder),
    readIfThere(path),
  ]);
  try {
    const report = reportSchema.parse(JSON.parse(text ?? ""));
    return await renderReport(report, judged, (id) => `/row?id=${encodeURIComponent(id)}`);
  } catch (error) {
    throw new SysGenError(`report.json cannot be shown (${messageOf(error)}). sysgen analyze makes it anew.`, { cause: error });
  }
}
