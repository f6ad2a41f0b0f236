import type { BatchRecord } from "../runs/batches/batch-log.ts";
import type { BatchStatus } from "../runs/batches/batch-status.ts";
import { counted, dollars, duration, thousands } from "../texts/number-text.ts";
import { section } from "./section.ts";

const steps: Readonly<Record<BatchRecord["step"], string>> = {
  wave: "not sent yet",
  uploaded: "uploaded, not begun yet",
  created: "open",
  ended: "ended, replies not all taken",
  taken: "taken",
};

/** Renders the batches of a run directory. Empty where there never was one. */
export function renderBatches(found: BatchStatus | undefined, nowMs = Date.now()): string {
  if (found === undefined) return "";
  const { open, taken, waves, late } = found;
  const lines = open.map((record): [string, string] => [String(record.batch).padStart(4, "0"), batchLine(record, nowMs)]);
  const done: [string, string][] = waves === 0 ? [] : [["taken", `${counted(taken, "batch", "batches")} in ${counted(waves, "wave")}`]];
  const more = late?.dollarsMore === undefined ? "" : `, which cost ${dollars({ value: late.dollarsMore, bar: 0 })} more than a batch`;
  const lateLine: [string, string][] =
    late === undefined ? [] : [["late", `${counted(late.calls, "call")} made online, because few were left (--batch-least)${more}`]];
  return section("batches", [...lines, ...done, ...lateLine]);
}

/** A batch as one line. @param live What its server says now. */
export function batchLine(record: BatchRecord, nowMs: number, live?: { readonly state: string; readonly done: number }): string {
  const { step, session, model, server = "a file", requests, id, createdAt, at, state, completed } = record;
  const age = duration((nowMs - Date.parse(createdAt ?? at)) / 1000);
  const how = live?.state ?? (step === "ended" ? `${state ?? ""}, ${thousands(completed ?? 0)} replies` : steps[step]);
  const done = live === undefined ? "" : `, ${thousands(live.done)} done`;
  return `${how}${done}  ${thousands(requests)} calls of ${session} to ${model} at ${server}, since ${age}${id === undefined ? "" : `  ${id}`}`;
}
