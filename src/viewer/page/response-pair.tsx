import { useMemo } from "preact/hooks";
import { wordDiff, type DiffPiece } from "../../texts/word-diff.ts";
import { counted } from "../../texts/number-text.ts";

export interface ResponsePairProps {
  readonly beforeTitle: string;
  readonly before: string;
  readonly afterTitle: string;
  readonly after: string;
  /** Title that is shown when the two texts are the same. */
  readonly sameTitle: string;
}

/** Two texts side by side. Words that only one of them has are marked. */
export function ResponsePair({ beforeTitle, before, afterTitle, after, sameTitle }: ResponsePairProps) {
  const pieces = useMemo(() => (before === after ? [] : wordDiff(before, after)), [before, after]);
  if (before === after)
    return (
      <div class="pair-same">
        <p class="pair-title">{sameTitle}</p>
        <p class="text" dir="auto">
          {after}
        </p>
      </div>
    );
  return (
    <>
      {pieces === undefined && <p class="dim">Next to nothing in common: differences are not marked.</p>}
      <div class="pair" data-testid="diff">
        <div>
          <Title title={beforeTitle} text={before} />
          <p class="text" dir="auto">
            {pieces === undefined ? before : <Side pieces={pieces} without="added" />}
          </p>
        </div>
        <div>
          <Title title={afterTitle} text={after} />
          <p class="text" dir="auto">
            {pieces === undefined ? after : <Side pieces={pieces} without="removed" />}
          </p>
        </div>
      </div>
    </>
  );
}

function Title({ title, text }: { readonly title: string; readonly text: string }) {
  const words = text.split(/\s+/).filter(Boolean).length;
  return (
    <p class="pair-title">
      {title} <span class="dim">{counted(words, "word")}</span>
    </p>
  );
}

function Side({ pieces, without }: { readonly pieces: readonly DiffPiece[]; readonly without: DiffPiece["kind"] }) {
  return (
    <>
      {pieces
        .filter(({ kind }) => kind !== without)
        .map(({ text, kind }, index) => {
          if (kind === "removed") return <del key={index}>{text}</del>;
          return kind === "added" ? <ins key={index}>{text}</ins> : text;
        })}
    </>
  );
}
