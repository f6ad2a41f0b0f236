import type { Report } from "../../../analysis/report.ts";
import { html, nothing, type Markup } from "../markup.ts";

const states: Readonly<Record<Report["run"]["state"], string>> = {
  finished: "finished",
  running: "still running when this was made: the figures are of the rows until then",
  interrupted: "interrupted: the figures are of the rows until then",
  stopped: "stopped by its budget: the figures are of the rows until then",
  "broken-off": "broken off: the figures are of the rows until then",
};

/** The page's head, with the run's name, input, models and times. */
export function masthead({ run, madeAt }: Report): Markup {
  const facts: readonly (readonly [string, string | null])[] = [
    ["Input", `${run.input} (${run.format})`],
    ["Model", run.model],
    ["Judge of phrases", run.judgeModel === run.model ? "the same model" : run.judgeModel],
    ["Run", run.changedAt === null ? null : day(run.changedAt)],
    ["Report made", day(madeAt)],
  ];
  return html`<div>
    <p class="eyebrow">SysGen run report</p>
    <h1>${run.name}</h1>
    <dl class="facts">
      ${facts.map(([name, value]) =>
        value === null
          ? nothing
          : html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
      )}
    </dl>
    ${run.state === "finished" ? nothing : html`<p class="warning"><b>This run is not finished:</b> ${states[run.state]}.</p>`}
  </div>`;
}

/** An ISO time as `2026-11-25 13:41 UTC`. Any other text as it is. */
function day(time: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(time) ? `${time.slice(0, 10)} ${time.slice(11, 16)} UTC` : time;
}
