import type { Message } from "../records/message.ts";
import type { Done, Outcome, Rejected } from "../records/outcome.ts";
import { withCarried } from "../records/carried-columns.ts";
import type { Row } from "../records/row.ts";

/** Where an outcome's row came from. */
export interface RowPlace {
  readonly id: string;
  readonly row: Row;
  /** The row's file, where the input has several. */
  readonly file: string | undefined;
}

export interface ModelNames {
  readonly model: string;
  readonly judgeModel: string;
}

/** The line that an outcome is in dataset.jsonl or rejected.jsonl; what is undefined has no place in it. */
export function outcomeLine(outcome: Outcome, place: RowPlace, names: ModelNames): string {
  return JSON.stringify(outcome.outcome === "done" ? doneLine(outcome, place, names) : rejectedLine(outcome, place));
}

function doneLine(done: Done, { id, file }: RowPlace, { model, judgeModel }: ModelNames) {
  const { phrases, removed, originalResponses, replacedSystemMessage, gates, usage } = done;
  const sysgen = {
    phrases: phrases.map(({ tag, text, verdict, confidence, repairs }) => ({ tag, text, verdict, confidence, repairs })),
    removed,
    originalResponses,
    replacedSystemMessage,
    file,
    model,
    judgeModel,
    gates,
    tokens: { input: usage.inputTokens, output: usage.outputTokens },
  };
  const messages = done.messages.map(asChatMessage);
  const { id: ownId, ...others } = done.columns;
  // The row's id is there already, as text.
  const carried = ownId === undefined || ownId === id || (typeof ownId === "number" && String(ownId) === id) ? others : done.columns;
  return withCarried({ id, messages, tools: done.tools, sysgen }, carried);
}

function rejectedLine({ outcome, phase, reason, detail, removed }: Rejected, { id, row, file }: RowPlace) {
  const { line, raw } = row;
  return {
    id,
    file,
    line,
    outcome,
    phase,
    reason,
    detail,
    removed: removed.length > 0 ? removed : undefined,
    raw,
  };
}

/** OpenAI's and TRL's shape: the message's other keys (tool_calls, name) stand beside role and content. */
function asChatMessage({ role, content, extra }: Message) {
  return { role, content, ...extra };
}
