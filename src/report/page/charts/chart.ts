import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, nothing, trusted, type Markup } from "../markup.ts";

/**
 * A chart is drawn twice, and the style shows one of the drawings. If a wide drawing were squeezed
 * onto a telephone, its text could not be read.
 */
export interface Sheet {
  readonly width: number;
  readonly isNarrow: boolean;
}

/** Widths on a wide screen. A telephone has one width. */
const widths = { whole: 900, half: 470 } as const;
const narrowWidth = 330;

export interface Chart {
  /**
   * What a screen reader says in place of the drawing. The numbers are in a table beside the
   * drawing, or in this label.
   */
  readonly label: string;
  readonly caption?: Markup | string;
  /** `half` if two such charts are beside each other on a wide screen. */
  readonly size?: keyof typeof widths;
  readonly plot: (sheet: Sheet) => Plot.PlotOptions;
}

// One empty document for all charts: Plot makes its elements with it and leaves it as it is.
const { document } = parseHTML("<!doctype html><html><body></body></html>");

/**
 * A chart by Observable Plot as markup. Its colours are the page's variables, so it follows the
 * theme.
 */
export function drawChart({ label, caption, plot, size = "whole" }: Chart): Markup {
  const sheets: readonly Sheet[] = [
    { width: widths[size], isNarrow: false },
    { width: narrowWidth, isNarrow: true },
  ];
  const drawings = sheets.map((sheet) => {
    const drawing = Plot.plot({
      document,
      // The same name for every chart. Plot's own random names would differ from one rendering to
      // the next.
      className: "plot",
      width: sheet.width,
      ...plot(sheet),
    });
    // The page has one style for all charts.
    drawing.querySelector("style")?.remove();
    drawing.setAttribute("role", "img");
    // linkedom escapes nothing but quotes in attributes, and names in labels come from others.
    drawing.setAttribute("aria-label", label.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
    drawing.removeAttribute("font-family");
    drawing.setAttribute("class", `plot ${sheet.isNarrow ? "narrow" : "wide"}`);
    return trusted(drawing.outerHTML);
  });
  return html`<figure class="chart">${drawings}${caption === undefined ? nothing : html`<figcaption>${caption}</figcaption>`}</figure>`;
}

/** The colours of a chart's marks and what they mean, in the marks' order. */
export function legend(entries: readonly { readonly colour: string; readonly name: string }[]): Markup {
  return html`<ul class="legend">
    ${entries.map(({ colour, name }) => html`<li><span class="swatch" style="background:${colour}"></span>${name}</li>`)}
  </ul>`;
}
