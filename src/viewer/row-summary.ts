import type { Format } from "../datasets/formats/format.ts";
import { readDoneLine, readRejectedLine } from "../runs/row-line.ts";
import type { ResultIndex } from "./result-index.ts";
import { originOfKind } from "./row-kinds.ts";
import type { Difference, MarkShape, RowSummary } from "./wire-shapes.ts";
import { storedRow } from "./stored-row.ts";

/** Characters of an instruction that the table shows. */
const shownLength = 240;

export interface SummaryNotes {
  readonly mark: (id: string) => MarkShape | null;
  readonly difference: Difference | null;
}

/** What the table says of the row in a slot. */
export function rowSummary(index: ResultIndex, slot: number, format: Format, { mark, difference }: SummaryNotes): RowSummary {
  const { positions, kinds } = index.slots;
  const kind = index.kinds.at(kinds[slot] ?? 0);
  const { outcome, phase, reason, traits } = kind;
  const body = index.body(slot);
  const { id, instruction, removed } = outcome === "done" ? ofDone(body) : ofRejected(index, slot, format, body);
  return {
    position: positions[slot] ?? 0,
    id,
    outcome,
    phase,
    reason,
    responses: originOfKind(kind),
    tags: Object.keys(traits.tags),
    removed,
    repairs: total(traits.repairs),
    gates: Object.keys(traits.gates),
    file: traits.file ?? null,
    instruction: instruction.slice(0, shownLength).replace(/\s+/g, " ").trim(),
    mark: mark(id),
    difference,
  };
}

interface Shown {
  readonly id: string;
  readonly instruction: string;
  readonly removed: number;
}

function ofDone(body: string): Shown {
  const { id, messages, facts } = readDoneLine(body);
  return { id, instruction: messages.find(({ role }) => role === "user")?.content ?? "", removed: facts.removed.length };
}

/** Rows that could not be read are shown as they are in the file. */
function ofRejected(index: ResultIndex, slot: number, format: Format, body: string): Shown {
  const stored = storedRow(index, slot, format);
  const content = stored?.entry.content;
  const user = content !== undefined && "example" in content ? content.example.messages.find(({ role }) => role === "user") : undefined;
  const { removed } = readRejectedLine(body);
  return { id: stored?.entry.id ?? "", instruction: user?.content ?? stored?.raw ?? "", removed: removed.length };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
