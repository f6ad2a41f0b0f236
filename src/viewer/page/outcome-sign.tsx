import { originWords } from "./words.ts";

const signs: Readonly<Record<string, string>> = { done: "✓", dropped: "✕", failed: "!" };

export function OutcomeSign({ outcome }: { readonly outcome: string }) {
  return (
    <span class={`outcome outcome-${outcome}`}>
      <span aria-hidden="true">{signs[outcome] ?? ""}</span> {outcome}
    </span>
  );
}

/** Whether a row or a response was written anew. */
export function OriginSign({ origin }: { readonly origin: "new" | "original" }) {
  return (
    <span class={`origin origin-${origin}`}>
      <span aria-hidden="true">{origin === "new" ? "✎" : "="}</span> {originWords[origin]}
    </span>
  );
}

const markSigns: Readonly<Record<string, string>> = { keep: "★ keep", drop: "⊘ drop" };

export function MarkSign({ mark, note }: { readonly mark: string | null; readonly note: string }) {
  return (
    <>
      {mark !== null && <span class={`mark mark-${mark}`}>{markSigns[mark] ?? mark}</span>}
      {note !== "" && (
        <span class="dim" title={note}>
          {" "}
          <span aria-hidden="true">✐</span>
          <span class="hidden">has a note</span>
        </span>
      )}
    </>
  );
}
