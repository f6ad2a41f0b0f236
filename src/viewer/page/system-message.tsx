import { tagVariables } from "../../report/tag-palette.ts";
import type { PhraseShape, RowPage } from "../wire-shapes.ts";
import { TagSign } from "./tag-sign.tsx";
import { counted, signed } from "../../texts/number-text.ts";

export interface SystemMessageProps {
  readonly row: RowPage;
  readonly other: RowPage | null;
  readonly otherName: string;
}

/**
 * The system message phrase by phrase, the phrases that were removed from it, and the one it
 * replaced.
 */
export function SystemMessage({ row, other, otherName }: SystemMessageProps) {
  if (row.phrases.length + row.removed.length + (other?.phrases.length ?? 0) === 0 && row.replacedSystemMessage === null) return null;
  return (
    <section aria-labelledby="system-title">
      <h3 id="system-title">System message</h3>
      {other !== null && isSame(row, other) && <span class="beside-title dim">the same in both runs</span>}
      {other === null || isSame(row, other) ? (
        <Phrases row={row} />
      ) : (
        <div class="pair">
          <div>
            <h4>This run</h4>
            <Phrases row={row} />
          </div>
          <div>
            <h4>{otherName}</h4>
            <Phrases row={other} />
          </div>
        </div>
      )}
      {row.replacedSystemMessage !== null && (
        <details>
          <summary>The row’s own system message</summary>
          <p class="text">{row.replacedSystemMessage}</p>
        </details>
      )}
    </section>
  );
}

function isSame(row: RowPage, other: RowPage): boolean {
  const shown = ({ phrases, removed }: RowPage): string => JSON.stringify([phrases, removed]);
  return shown(row) === shown(other);
}

function Phrases({ row }: { readonly row: RowPage }) {
  return (
    <>
      {row.phrases.length === 0 ? (
        <p class="dim">No phrase is left.</p>
      ) : (
        <ul class="phrases">
          {row.phrases.map((phrase, index) => (
            <Phrase key={index} phrase={phrase} isRemoved={false} />
          ))}
        </ul>
      )}
      {row.askedTags.length > 0 && (
        <p class="dim">
          Asked for{" "}
          {row.askedTags.map((tag) => (
            <TagSign key={tag} tag={tag} />
          ))}
        </p>
      )}
      {row.removed.length > 0 && (
        <>
          <h4>{counted(row.removed.length, "phrase")} removed</h4>
          <ul class="phrases">
            {row.removed.map((phrase, index) => (
              <Phrase key={index} phrase={phrase} isRemoved={true} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** Other verdicts are why a phrase was removed. */
const verdictClasses: Readonly<Record<string, string>> = { good: "dim", weak: "repair" };

function Phrase({ phrase, isRemoved }: { readonly phrase: PhraseShape; readonly isRemoved: boolean }) {
  const { tag, text, verdict, score, writtenAs, reason, repairs = [] } = phrase;
  return (
    <li class={`phrase ${isRemoved ? "is-removed" : ""}`} style={tagVariables(tag ?? "")}>
      {tag === undefined ? <span class="tag">filter</span> : <TagSign tag={tag} />}
      <span class="phrase-text" dir="auto">
        {isRemoved ? <del>{text}</del> : text}
      </span>
      <span class="phrase-notes">
        {reason !== undefined && <span class="why">{reason}</span>}
        {verdict !== undefined && reason === undefined && <span class={verdictClasses[verdict] ?? "why"}>judged {verdict}</span>}
        {score !== undefined && (
          <span class="score" title="How far the judge’s log-odds that it fits lie above the line">
            {signed(score)}
          </span>
        )}
        {tag !== undefined && writtenAs !== undefined && (
          <span class="repair" title="The judge found that it serves another functionality than its tag said">
            {tag}, written as {writtenAs}
          </span>
        )}
        {repairs
          .filter((repair) => repair !== "retagged" || writtenAs === undefined)
          .map((repair) => (
            <span key={repair} class="repair" title="What was mended in its tags">
              mended: {repair}
            </span>
          ))}
      </span>
    </li>
  );
}
