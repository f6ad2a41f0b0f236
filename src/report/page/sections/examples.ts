import type { Report, ReportExample } from "../../../analysis/report.ts";
import { tagVariables } from "../../tag-palette.ts";
import { html, nothing, type Markup } from "../markup.ts";
import { decimal, thousands } from "../../../texts/number-text.ts";
import { compareTexts, cut } from "../compared-texts.ts";
import { actionWords, faultWords, reasonWords } from "./reasons.ts";

const kinds = [
  { kind: "best", title: "The best by these measures", one: "best" },
  { kind: "worst", title: "The worst by these measures", one: "worst" },
  { kind: "dropped", title: "Dropped", one: "dropped" },
] as const;

/** Longest instruction that is shown whole. */
const mostOfInstruction = 2_000;
/** Turns of a conversation that are shown. */
const mostTurns = 6;

export type RowAddress = (id: string) => string;

/** Rows to look at. */
export function examplesSection({ examples }: Report, rowAddress?: RowAddress): Markup {
  if (examples.length === 0) return html`<p class="none">There are no rows to show.</p>`;
  return html`<p class="lead">
      Sorted by a few measures that a program can take (gates, verdicts, overlap), which is a way to find the ends of a run and no judgement
      of quality. Words that only one of A and A′ has are underlined, dashed in A and solid in A′.
    </p>
    ${kinds.map(({ kind, title, one }) => {
      const rows = examples.filter((example) => example.kind === kind);
      return rows.length === 0
        ? nothing
        : html`<h3>${title} (${thousands(rows.length)})</h3>
            ${rows.map((example, index) => row(example, one, index === 0 && kind === "best", rowAddress))}`;
    })}`;
}

function row(example: ReportExample, kind: string, isOpen: boolean, rowAddress: RowAddress | undefined): Markup {
  const { id, source, because, turns, phrases, removed, gates, rougeL, soundness } = example;
  // A row that could not be read has no instruction to be known by.
  const excerpt = cut((turns[0]?.instruction ?? example.detail ?? "").replaceAll(/\s+/g, " ").trim(), 160).text;
  return html`<details class="row" ${isOpen ? html` open` : nothing}>
    <summary>
      <span class="badge">${example.reason ?? kind}</span>
      <span class="id">${id}</span>${source === null ? nothing : html` <span class="why">from ${source}</span>`}
      <span class="excerpt" dir="auto">${excerpt === "" ? "(no instruction)" : excerpt}</span>
    </summary>
    <div class="inside">
      ${rowAddress === undefined ? nothing : html`<p><a href="${rowAddress(id)}">This row in the viewer, with its model calls</a></p>`}
      <p class="why">
        ${sentence(because)}${soundness === null ? "" : ` Soundness ${decimal(soundness)}.`}${rougeL === null ? "" : ` ROUGE-L ${decimal(rougeL * 100, 1)}.`}
      </p>
      ${ending(example)}
      ${
        phrases.length === 0 && removed.length === 0
          ? nothing
          : html`<div>
              <h4>System message</h4>
              ${phraseList(example)}
            </div>`
      }
      ${turns.slice(0, mostTurns).map((turn, index) => turnOf(turn, turns.length > 1 ? index + 1 : undefined))}
      ${turns.length > mostTurns ? html`<p class="rest">… ${thousands(turns.length - mostTurns)} more turns</p>` : nothing}
      ${
        gates.length === 0
          ? nothing
          : html`<div>
              <h4>Gates</h4>
              <ul class="phrases">
                ${gates.map(({ gate, turn, detail, action }) => html`<li><b>${gate}</b>, response ${turn + 1}: ${detail} (${actionWords[action] ?? action})</li>`)}
              </ul>
            </div>`
      }
    </div>
  </details> `;
}

function ending({ phase, reason, detail }: ReportExample): Markup {
  if (reason === null) return nothing;
  const words = reasonWords[reason];
  return html`<p class="warning">
    <b>${reason}</b
    >${phase === null ? "" : ` in ${phase}`}${words === undefined ? "" : `: ${words}`}.${detail === null || detail === "" ? nothing : html` <span class="text" dir="auto">${cut(detail, 500).text}</span>`}
  </p>`;
}

function phraseList({ phrases, removed }: ReportExample): Markup {
  return html`<ul class="phrases">
    ${phrases.map(
      ({ tag, text, verdict, repairs }) =>
        html`<li dir="auto">
          ${tagName(tag)}
          ${text}${verdict === "good" ? nothing : html` <span class="badge">${verdict}</span>`}${repairs.length === 0 ? nothing : html` <span class="why">(mended: ${repairs.join(", ")})</span>`}
        </li>`,
    )}${removed.map(({ tag, text, reason, verdict }) => {
      const why = reason === null ? `judged ${verdict ?? "nothing"}` : (faultWords[reason] ?? reason);
      return html`<li dir="auto">${tagName(tag ?? "removed")} <s>${text}</s> <span class="why">(removed: ${why})</span></li>`;
    })}
  </ul>`;
}

function tagName(tag: string): Markup {
  const style = Object.entries(tagVariables(tag)).map(([name, value]) => `${name}:${value}`);
  return html`<span class="tag" style="${style.join(";")}">${tag}</span>`;
}

function turnOf({ instruction, original, response, origin }: ReportExample["turns"][number], number: number | undefined): Markup {
  const asked = cut(instruction, mostOfInstruction);
  const turn = number === undefined ? "" : ` ${number}`;
  const question = html`<div>
    <h4>Instruction${turn}</h4>
    ${prose(html`${asked.text}${asked.rest}`)}
  </div>`;
  if (response === null || origin === "original") {
    const { text, rest } = cut(original, mostOfInstruction);
    return html`${question}
      <div>
        <h4>
          A${turn}, the input's response (${response === null ? "none was written anew" : "kept in the dataset, none new is in its place"})
        </h4>
        ${prose(html`${text}${rest}`)}
      </div>`;
  }
  const sides = compareTexts(original, response);
  const isSame = original === response;
  return html`${question}
    <div class="sides">
      <div>
        <h4>A${turn}, the input's response</h4>
        ${prose(sides.original)}
      </div>
      <div>
        <h4>A′${turn}, the new response${isSame ? ": the same text" : sides.isMarked ? "" : " (little in common; not marked)"}</h4>
        ${prose(sides.response)}
      </div>
    </div>`;
}

/**
 * A row's text with its line breaks. There may be no white space between the text and its element.
 */
function prose(text: Markup): Markup {
  return html`<pre class="prose" dir="auto">${text}</pre>`;
}

function sentence(text: string): string {
  const start = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}
