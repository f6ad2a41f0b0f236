import { escaped, markdownTable, tableText } from "../../report/markdown.ts";
import type { ExperimentReport } from "./experiment-report.ts";
import { headlinesOf } from "./headline.ts";
import { costAbout, costTable, factsTable, trainingAbout, trainingTable, wholeTable } from "./text-tables.ts";

/** How cells are to be read. */
export const legend =
  "A cell has the value, its 95% interval over items, the items, and Δ, the difference to the base on the same items with its own interval, in bold where the interval leaves 0 out. Shares are in percent. Few items have no interval. Cut answers ended at the limit of tokens, and are scored as they are. What was not read counts nowhere. Partial cells say how many items they have, and cells of other data than the published set how many that has. Nothing is averaged over cells that are missing.";

const writing = { plain: escaped, strong: (text: string): string => `**${escaped(text)}**` };

/** The report as Markdown. */
export function renderMarkdown(report: ExperimentReport): string {
  const { name, madeAt, sysgenVersion, tables, notes } = report;
  const headlines = { title: "", header: ["", "", ""], rows: headlinesOf(report).map(({ name, value, detail }) => [name, value, detail]) };
  return `${[
    `# Experiment: ${escaped(name)}`,
    `Made ${madeAt.slice(0, 10)} by sysgen ${sysgenVersion}.`,
    tableText(headlines),
    wrapped(legend),
    ...tables.map((table) => {
      const paper = table.paper === null ? "" : ` The paper's figures: arXiv 2502.11330, ${escaped(table.paper)}.`;
      return `## ${escaped(table.title)}\n\n${wrapped(`${escaped(table.about)}${paper}`)}\n\n${markdownTable(wholeTable(table, writing))}`;
    }),
    ...[
      { about: trainingAbout, table: trainingTable(report) },
      { about: costAbout, table: costTable(report) },
      { about: "", table: factsTable(report) },
    ]
      .filter(({ table }) => table.rows.length > 0)
      .map(({ about, table }) => `## ${table.title}\n\n${about === "" ? "" : `${wrapped(about)}\n\n`}${tableText(table)}`),
    `## Notes\n\n${notes.map((note) => wrapped(`- ${escaped(note)}`, "  ")).join("\n")}`,
  ].join("\n\n")}\n`;
}

/** Broken at words into lines of at most 100 columns. */
function wrapped(text: string, indent = ""): string {
  return text
    .replaceAll(/(.{1,98})(?:\s+|$)/g, "$1\n")
    .trimEnd()
    .replaceAll("\n", `\n${indent}`);
}
