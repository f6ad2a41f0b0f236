import { useMemo } from "preact/hooks";
import { wordDiff, type DiffPiece } from "../../texts/word-diff.ts";
import { counted } from "../../texts/number-text.ts";

interface Titled {
  readonly title: string;
  readonly text: string;
}

interface PairProps {
  readonly left: Titled;
  readonly right: Titled;
}

/** A text and what became of it. Words that only one of them has are struck or added. */
export function RevisedPair(pair: PairProps) {
  return <Pair {...pair} marks={{ left: "del", right: "ins" }} />;
}

/** Two texts of which neither comes first. Words that only one of them has are marked alike. */
export function ComparedPair(pair: PairProps) {
  return <Pair {...pair} marks={{ left: "mark", right: "mark" }} />;
}

export function SameText({ title, text }: Titled) {
  return (
    <div class="pair-same">
      <p class="pair-title">{title}</p>
      <p class="text" dir="auto">
        {text}
      </p>
    </div>
  );
}

type Element = "del" | "ins" | "mark";

function Pair({ left, right, marks }: PairProps & { readonly marks: { readonly left: Element; readonly right: Element } }) {
  const pieces = useMemo(() => wordDiff(left.text, right.text), [left.text, right.text]);
  return (
    <>
      {pieces === undefined && <p class="dim">Next to nothing in common: differences are not marked.</p>}
      <div class="pair" data-testid="diff">
        <Side {...left} pieces={pieces?.filter(({ kind }) => kind !== "added")} element={marks.left} />
        <Side {...right} pieces={pieces?.filter(({ kind }) => kind !== "removed")} element={marks.right} />
      </div>
    </>
  );
}

interface SideProps extends Titled {
  /** Undefined if differences are not marked. */
  readonly pieces: readonly DiffPiece[] | undefined;
  /** What marks the words that only this side has. */
  readonly element: Element;
}

function Side({ title, text, pieces, element: Only }: SideProps) {
  const words = text.split(/\s+/).filter(Boolean).length;
  return (
    <div>
      <p class="pair-title">
        {title} <span class="dim">{counted(words, "word")}</span>
      </p>
      <p class="text" dir="auto">
        {pieces?.map((piece, index) => (piece.kind === "same" ? piece.text : <Only key={index}>{piece.text}</Only>)) ?? text}
      </p>
    </div>
  );
}
