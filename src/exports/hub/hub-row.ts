import type { Columns } from "../../datasets/formats/format.ts";
import { writeChatMessage } from "../../datasets/formats/chat-message.ts";
import { withCarried } from "../../records/carried-columns.ts";
import type { ExportedRow } from "../exported-row.ts";
import { inVariant, type Variant } from "../variant.ts";

/** The columns of a published row, with what each holds. The row's other columns follow them. */
export const hubColumns = {
  id: "the row's id in its source, or its line",
  messages: "the conversation, system message first: what trainers read",
  tools: "tool definitions as JSON text, where the row has some",
  system: "the generated system message",
  original_system: "the system message that it replaced, where the row had one",
  original_responses: "the source's responses",
  responses: "of each response whether it is new, or the source's (original)",
  tags: "the functionalities of the system message's phrases",
  phrases: "the phrases, each with its tag, the judge's verdict and what was repaired",
  gates: "what gates found in the new responses, and what was done about it",
  model: "the model that generated and responded",
  judge_model: "the model that verified",
} as const;

/** Every value has one type over all rows, so that readers agree on the files' schema. */
export function hubRow(row: ExportedRow, variant: Variant): Columns {
  const { facts } = row;
  const own: Record<keyof typeof hubColumns, unknown> = {
    id: row.id,
    messages: inVariant(row, variant).map((message) => writeChatMessage(message)),
    tools: row.tools === undefined || typeof row.tools === "string" ? row.tools : JSON.stringify(row.tools),
    system: row.systemMessage,
    original_system: row.originalSystemMessage,
    original_responses: row.originalResponses,
    responses: row.facts.responses,
    tags: [...new Set(facts.phrases.map(({ tag }) => tag))],
    phrases: facts.phrases.map(({ tag, text, verdict, repairs }) => ({ tag, text, verdict, repairs })),
    gates: facts.gates,
    model: facts.model,
    judge_model: facts.judgeModel,
  };
  return Object.fromEntries(Object.entries(withCarried(own, row.columns)).filter(([, value]) => value !== undefined));
}
