import { html, nothing, type Markup } from "../../../report/page/markup.ts";
import { page, type Section } from "../../../report/page/page.ts";
import { folded, table } from "../../../report/page/table.ts";
import type { Table } from "../../../report/tables.ts";
import { counted } from "../../../texts/number-text.ts";
import type { ExperimentReport, ReportTable } from "../experiment-report.ts";
import { headlinesOf } from "../headline.ts";
import { legend } from "../markdown.ts";
import { mainTableId } from "../own-tables.ts";
import { trainingFailed } from "../results.ts";
import { costAbout, costTable, factsTable, trainingAbout, trainingTable } from "../text-tables.ts";
import { deltaChart } from "./delta-chart.ts";
import { resultTable } from "./result-table.ts";

/**
 * The report as one HTML document that needs no network and no script, in the look of a run's
 * report. The same report makes the same bytes. Importing this module loads the charts' library.
 */
export async function renderPage(report: ExperimentReport): Promise<string> {
  const [shown, all] = [report.tables.filter((one) => !isOfAll(one)), report.tables.filter(isOfAll)];
  const sections: readonly Section[] = [
    { id: "headline", title: "At a glance", content: headline(report) },
    ...shown.map((one) => ({
      id: one.id,
      title: one.title,
      content: html`${resultTable(one)}${one.id === mainTableId ? charts(one) : nothing}`,
    })),
    ...(all.length === 0
      ? []
      : [{ id: "figures", title: "All figures", content: html`${all.map((one) => folded(one.title, resultTable(one)))}` }]),
    {
      id: "training",
      title: "Training",
      content: html`<p class="lead">${trainingAbout}</p>
        ${plainTable(trainingTable(report), "No variant needs training.")}`,
    },
    {
      id: "cells",
      title: "Cells, time and cost",
      content: html`<p class="lead">${costAbout}</p>
        ${folded("Every cell", plainTable(costTable(report), "There is no cell."))}`,
    },
    {
      id: "repeat",
      title: "To repeat it",
      content: folded("Versions, hashes and settings", plainTable(factsTable(report), "None are known.")),
    },
    { id: "notes", title: "Notes", content: notes(report) },
  ];
  const document = page({
    title: `${report.name} · SysGen experiment`,
    masthead: masthead(report),
    sections,
    footer: html`Made by sysgen ${report.sysgenVersion}. This file holds everything it shows, and fetches nothing.`,
  });
  return String(await document);
}

const isOfAll = ({ id }: ReportTable): boolean => id.startsWith("figures-");

function masthead({ name, madeAt, students, variants, benchmarks, seeds, judge }: ExperimentReport): Markup {
  const facts: readonly (readonly [string, string])[] = [
    [students.length === 1 ? "Student" : "Students", students.join(", ")],
    ["Variants", variants.join(", ")],
    ["Benchmarks", benchmarks.join(", ")],
    [seeds.length === 1 ? "Seed" : "Seeds", seeds.join(", ")],
    ...(judge === null ? [] : ([["Judge", judge]] as const)),
    ["Report made", `${madeAt.slice(0, 10)} ${madeAt.slice(11, 16)} UTC`],
  ];
  return html`<div>
    <p class="eyebrow">SysGen experiment</p>
    <h1>${name}</h1>
    <dl class="facts">
      ${facts.map(
        ([fact, value]) =>
          html`<div>
            <dt>${fact}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </div>`;
}

function headline(report: ExperimentReport): Markup {
  return html`<ul class="cards">
      ${headlinesOf(report).map(
        ({ name, value, detail }) =>
          html`<li><span class="name">${name}</span><span class="value">${value}</span><span class="detail">${detail}</span></li>`,
      )}
    </ul>
    ${[...failuresOf(report)].map(
      ([cause, labels]) =>
        html`<div class="warning">
          <p><b>${counted(labels.length, "cell")} failed:</b> ${cause}</p>
          <p>${labels.join("; ")}</p>
        </div>`,
    )}
    <p class="note">${legend}</p>`;
}

/** Cells that failed, by their cause. Those of a model that was not trained have its cause. */
function failuresOf({ cells }: ExperimentReport): Map<string, string[]> {
  const byCause = new Map<string, string[]>();
  for (const { label, state, cause } of cells) {
    if (state !== "failed") continue;
    const said = (cause ?? "no cause is known").replace(trainingFailed, "");
    byCause.set(said, [...(byCause.get(said) ?? []), label]);
  }
  return byCause;
}

/** The differences of the table to the base, a chart for each column. */
function charts(one: ReportTable): Markup {
  const drawn = one.columns.map((_, place) => deltaChart(one, place)).filter((chart) => chart !== nothing);
  return drawn.length === 0 ? nothing : html`<div class="pair">${drawn}</div>`;
}

function plainTable({ title, header, rows }: Table, none: string): Markup {
  const isText = header.map((_, place) => place === 0 || rows.some((row) => /[a-z]{3}/i.test(row[place] ?? "")));
  return table({
    caption: title,
    none,
    isFirstWide: true,
    columns: header.map((name, place) => ({ name, isNumber: isText[place] === false })),
    rows: rows.map((row) => row.map((cell) => (/^[0-9a-f]{16,}$/.test(cell) ? html`<span class="id">${cell}</span>` : cell))),
  });
}

function notes({ notes }: ExperimentReport): Markup {
  return html`<ul class="remarks">
    ${notes.map((note) => html`<li>${note}</li>`)}
  </ul>`;
}
