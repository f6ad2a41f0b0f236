import type { Format } from "../datasets/formats/format.ts";
import { readDoneLine } from "../runs/row-line.ts";
import type { ResultIndex } from "./result-index.ts";
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
  const { outcome, phase, reason, traits } = index.kinds.at(kinds[slot] ?? 0);
  const body = index.body(slot);
  const { id, instruction } = outcome === "done" ? ofDone(body) : ofRejected(index, slot, format);
  const notGood = Object.entries(traits.verdicts).reduce((sum, [verdict, count]) => (verdict === "good" ? sum : sum + count), 0);
  return {
    position: positions[slot] ?? 0,
    id,
    outcome,
    phase,
    reason,
    tags: Object.keys(traits.tags),
    removed: notGood + total(traits.faults),
    repairs: total(traits.repairs),
    gates: Object.keys(traits.gates),
    file: traits.file ?? null,
    instruction: instruction.slice(0, shownLength).replace(/\s+/g, " ").trim(),
    mark: mark(id),
    difference,
  };
}

function ofDone(body: string): { id: string; instruction: string } {
  const { id, messages } = readDoneLine(body);
  return { id, instruction: messages.find(({ role }) => role === "user")?.content ?? "" };
}

/** Rows that could not be read are shown as they are in the file. */
function ofRejected(index: ResultIndex, slot: number, format: Format): { id: string; instruction: string } {
  const stored = storedRow(index, slot, format);
  const content = stored?.entry.content;
  const user = content !== undefined && "example" in content ? content.example.messages.find(({ role }) => role === "user") : undefined;
  return { id: stored?.entry.id ?? "", instruction: user?.content ?? stored?.raw ?? "" };
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
