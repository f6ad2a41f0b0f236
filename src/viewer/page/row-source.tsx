import type { RowPage } from "../wire-shapes.ts";

/** The row as it was in the input, its other columns, and the models that wrote and judged it. */
export function RowSource({ row }: { readonly row: RowPage }) {
  return (
    <section>
      <details open={row.outcome !== "done" && row.messages.length === 0}>
        <summary>
          <h3>Row as it stood in the input</h3>
        </summary>
        <pre class="raw">{pretty(row.raw)}</pre>
        {row.rawIsCut && <p class="dim">Only its beginning is shown.</p>}
      </details>
      {row.columns !== null && (
        <details>
          <summary>
            <h3>Other columns</h3>
          </summary>
          <pre class="raw">{row.columns}</pre>
        </details>
      )}
      {row.model !== null && (
        <p class="dim">
          Written by {row.model}, judged by {row.judgeModel}.
        </p>
      )}
    </section>
  );
}

/** JSON with line breaks and indentation. Other text is unchanged. */
function pretty(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
