import { renderMermaidSVG } from "beautiful-mermaid";

/**
 * A Mermaid diagram as the HTML of a page. The colours are those of the site's theme. A template of
 * Vue takes no `<style>`, so the SVG comes in by `v-html`.
 */
export function diagram(source: string): string {
  const svg = renderMermaidSVG(source, {
    bg: "var(--vp-c-bg)",
    fg: "var(--vp-c-text-1)",
    muted: "var(--vp-c-text-2)",
    font: "Inter",
    transparent: true,
  })
    // The site brings its fonts along. Nothing is fetched from elsewhere when it is read.
    .replaceAll(/@import url\([^)]*\);/g, "");
  const text = JSON.stringify(svg).replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<div class="diagram" v-html="${text}"></div>\n`;
}
