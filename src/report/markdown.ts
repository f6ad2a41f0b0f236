import type { Report, ReportExample } from "../analysis/report.ts";
import { obedienceWarnings } from "../evaluation/judge/obedience-words.ts";
import type { JudgeResult } from "../evaluation/judge/result.ts";
import { judgeTables } from "./judge-tables.ts";
import { headlineTable, paperTable, tablesOf, type Table } from "./tables.ts";

const mostCharacters = 600;

/**
 * The report as Markdown, with the same tables as on the terminal, what judges of the run said, and
 * the examples. Text of rows is in code blocks, so that none of it is markup.
 */
export function renderMarkdown(report: Report, judged: readonly JudgeResult[] = []): string {
  const { run, notes, hints, madeAt, sysgenVersion } = report;
  const judge = run.judgeModel === run.model ? "" : `, judged by ${code(run.judgeModel)}`;
  return `${[
    `# ${run.name}`,
    `Run over ${code(run.input)} (${run.format}) with ${code(run.model)}${judge}; ${run.state}. Analyzed ${madeAt.slice(0, 10)} by sysgen ${sysgenVersion}.`,
    tableText(headlineTable(report)),
    ...(hints.length > 0 ? [hints.map(({ what, cure }) => `- ${what} **${cure}**`).join("\n")] : []),
    ...tablesOf(report).map((table) => `## ${table.title}\n\n${tableText(table)}`),
    ...judgeTables(judged).map((table) => `## ${escaped(table.title)}\n\n${tableText(table)}`),
    ...judgeWarnings(judged),
    `## ${paperTable(report).title}\n\n${tableText(paperTable(report))}\n\nOther rows, other models; the paper names no tokenizer.`,
    ...(notes.length > 0 ? [`## Notes\n\n${notes.map((note) => `- ${note}`).join("\n")}`] : []),
    ...(report.examples.length > 0 ? [`## Rows to look at\n\n${report.examples.map(exampleText).join("\n\n")}`] : []),
  ].join("\n\n")}\n`;
}

function judgeWarnings(judged: readonly JudgeResult[]): string[] {
  const warnings = judged.flatMap(({ judges }) =>
    judges.flatMap(({ model, phrases }) =>
      phrases === null ? [] : obedienceWarnings(phrases).map((warning) => `- ${code(model)}: ${warning}`),
    ),
  );
  return warnings.length === 0 ? [] : [warnings.join("\n")];
}

/** A table as Markdown. Nothing in its cells is markup. */
export function tableText({ header, rows }: Pick<Table, "header" | "rows">): string {
  return markdownTable({ header: header.map(escaped), rows: rows.map((cells) => cells.map(escaped)) });
}

/** A table whose cells are Markdown. */
export function markdownTable({ header, rows }: Pick<Table, "header" | "rows">): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

function exampleText({ kind, id, because, phrases, removed, turns, detail }: ReportExample): string {
  const lines = [
    ...phrases.map(({ tag, text }) => `${tag}: ${text}`),
    ...removed.map(({ tag, text, reason, verdict }) => `- removed (${reason ?? verdict ?? ""})${tag === null ? "" : ` ${tag}`}: ${text}`),
  ];
  const parts = [
    `### ${kind === "dropped" ? "not in the dataset" : kind}: ${escaped(id)}`,
    `${escaped(because)}${detail === null ? "" : `. ${escaped(detail)}`}`,
    lines.length > 0 ? block("system message", lines.join("\n")) : "",
    ...turns
      .slice(0, 1)
      .flatMap(({ instruction, original, response, origin }) => [
        block("instruction", instruction),
        block(origin === "original" ? "A, kept in the dataset" : "A", original),
        ...(response === null || origin === "original" ? [] : [block("A'", response)]),
      ]),
    turns.length > 1 ? `and ${turns.length - 1} more turns` : "",
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function block(title: string, text: string): string {
  const shown = text.length > mostCharacters ? `${text.slice(0, mostCharacters).toWellFormed()}…` : text;
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${title}:\n\n${fence}text\n${shown}\n${fence}`;
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'").replaceAll("\n", " ")}\``;
}

/** Nothing of a row's text may be markup, HTML or the end of a cell. */
export function escaped(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_[\]<>|#]/g, String.raw`\$&`);
}
