import { useEffect, useRef, useState } from "preact/hooks";
import type { MarkShape, RowPage, RowReply, RunReply } from "../wire-shapes.ts";
import { Calls } from "./calls.tsx";
import { Conversation } from "./conversation.tsx";
import { Gates } from "./gates.tsx";
import { Judgements } from "./judgements.tsx";
import { useKeys } from "./keys.ts";
import { MarkControls } from "./mark-controls.tsx";
import { nextMark } from "./marks.ts";
import { OriginSign, OutcomeSign } from "./outcome-sign.tsx";
import { RowSource } from "./row-source.tsx";
import { SystemMessage } from "./system-message.tsx";
import { useMark } from "./use-mark.ts";
import { useRow } from "./use-row.ts";
import { thousands } from "../../texts/number-text.ts";

export interface RowViewProps {
  readonly position: number;
  readonly query: string;
  readonly version: number;
  readonly run: RunReply | undefined;
  readonly onGo: (position: number) => void;
  readonly onClose: () => void;
  /** Called with the index of the row in the table. */
  readonly onStanding: (index: number) => void;
  readonly onChanged: () => void;
}

export function RowView({ position, query, version, run, onGo, onClose, onStanding, onChanged }: RowViewProps) {
  const { value: reply, problem } = useRow(position, query, version);
  const { problem: markProblem, mark: save } = useMark(onChanged);
  const [areCallsOpen, setCallsOpen] = useState(false);
  const top = useRef<HTMLElement>(null);
  const note = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    top.current?.scrollTo(0, 0);
    // With the focus here, the space bar and the page keys scroll the row.
    if (document.activeElement === document.body) top.current?.focus({ preventScroll: true });
  }, [position]);
  useEffect(() => {
    if (reply?.standing.index != null) onStanding(reply.standing.index);
  }, [reply]);
  const otherName = run?.compared?.name ?? "the other run";
  const step = (to: number | null | undefined): void => {
    if (to != null) onGo(to);
  };
  const mark = (next: MarkShape): void => {
    if (reply !== undefined) save(reply.row, next);
  };
  const next = (): void => step(reply?.standing.next);
  const previous = (): void => step(reply?.standing.previous);
  useKeys({
    Escape: onClose,
    n: next,
    p: previous,
    ArrowRight: next,
    ArrowLeft: previous,
    j: () => top.current?.scrollBy({ top: 80 }),
    k: () => top.current?.scrollBy({ top: -80 }),
    c: () => setCallsOpen(!areCallsOpen),
    m: () => reply && mark(nextMark(reply.row.mark)),
    e: () => note.current?.focus(),
  });
  return (
    <main class="row-page" ref={top} tabIndex={-1}>
      <RowNavigation reply={reply} onClose={onClose} onPrevious={previous} onNext={next} />
      {(problem ?? markProblem) !== undefined && (
        <p class="problem" role="alert">
          {problem ?? markProblem}
        </p>
      )}
      {reply && (
        <article class="row" key={position} aria-labelledby="row-title">
          <RowTitle row={reply.row} />
          <MarkControls mark={reply.row.mark} noteBox={note} onMark={mark} />
          <Compared reply={reply} run={run} />
          <SystemMessage row={reply.row} other={reply.other} otherName={otherName} />
          <Conversation row={reply.row} other={reply.other} otherName={otherName} />
          <Gates gates={reply.row.gates} />
          <Judgements judged={reply.judged} responses={reply.row.messages.filter(({ response }) => response !== null).length} />
          <Calls position={position} tokens={reply.row.tokens} isOpen={areCallsOpen} onToggle={setCallsOpen} />
          <RowSource row={reply.row} />
        </article>
      )}
    </main>
  );
}

interface RowNavigationProps {
  readonly reply: RowReply | undefined;
  readonly onClose: () => void;
  readonly onPrevious: () => void;
  readonly onNext: () => void;
}

function RowNavigation({ reply, onClose, onPrevious, onNext }: RowNavigationProps) {
  const standing = reply?.standing;
  return (
    <nav class="row-nav" aria-label="Rows">
      <button type="button" onClick={onClose} title="Back to the table (Esc)">
        <span aria-hidden="true">←</span> All rows
      </button>
      <button type="button" onClick={onPrevious} disabled={standing?.previous == null} title="Previous row (p)">
        <span aria-hidden="true">‹</span> Previous
      </button>
      <button type="button" onClick={onNext} disabled={standing?.next == null} title="Next row (n)">
        Next <span aria-hidden="true">›</span>
      </button>
      <span class="dim" data-testid="place">
        {standing &&
          (standing.index === null ? "not among the filter's rows" : `${thousands(standing.index + 1)} of ${thousands(standing.total)}`)}
      </span>
    </nav>
  );
}

function RowTitle({ row }: { readonly row: RowPage }) {
  return (
    <header class="row-title">
      <h2 id="row-title">{row.id}</h2>
      <OutcomeSign outcome={row.outcome} />
      {row.responses && <OriginSign origin={row.responses} />}
      <span class="dim">
        line {thousands(row.line)}
        {row.file !== null && ` of ${row.file}`}
      </span>
      {row.outcome !== "done" && (
        <p class="row-reason">
          <b>
            {row.outcome} in {row.phase}: {row.reason}
          </b>
          {row.detail !== null && <span>{row.detail}</span>}
        </p>
      )}
    </header>
  );
}

const differenceTexts: Readonly<Record<string, string>> = {
  same: "The same in both runs.",
  text: "System message or responses differ.",
  outcome: "The outcomes differ.",
  missing: "The other run has no result for this row.",
};

function Compared({ reply, run }: { readonly reply: RowReply; readonly run: RunReply | undefined }) {
  if (reply.difference === null || run?.compared == null) return null;
  const { other } = reply;
  return (
    <p class="compared">
      <b>In {run.compared.name}:</b> {other && <OutcomeSign outcome={other.outcome} />}{" "}
      {other?.reason != null && (
        <span>
          in {other.phase}: {other.reason}{" "}
        </span>
      )}
      {other && <span class="dim">· </span>}
      {differenceTexts[reply.difference]}
    </p>
  );
}
