import { isResponse, type Message } from "../records/message.ts";
import { responseOrigin, type RowResponses } from "../records/response-origin.ts";
import { readDoneLine, readRejectedLine } from "../runs/row-line.ts";
import type { ResultIndex } from "./result-index.ts";
import { originOfKind } from "./row-kinds.ts";
import type { RunSettings } from "./run-settings.ts";
import type { MarkShape, MessageShape, RowPage } from "./wire-shapes.ts";
import { storedRow } from "./stored-row.ts";

/** Characters that are shown of a row's own text. */
const mostRaw = 200_000;

/** All that is known of the row in a slot, except its calls. */
export function rowDetail(index: ResultIndex, slot: number, settings: RunSettings, markOf: (id: string) => MarkShape | null): RowPage {
  const kind = index.kinds.at(index.slots.kinds[slot] ?? 0);
  const { outcome, phase, reason, traits } = kind;
  const stored = storedRow(index, slot, settings.format);
  const raw = stored?.raw ?? "";
  const body = index.body(slot);
  const shared = {
    position: index.slots.positions[slot] ?? 0,
    line: stored?.entry.row.line ?? 0,
    outcome,
    phase,
    reason,
    responses: originOfKind(kind),
    raw: raw.slice(0, mostRaw),
    rawIsCut: raw.length > mostRaw,
  };
  if (outcome !== "done") {
    const { id, file, detail, removed } = readRejectedLine(body);
    const example = stored !== undefined && "example" in stored.entry.content ? stored.entry.content.example : undefined;
    return {
      ...shared,
      id,
      file: file ?? traits.file ?? null,
      detail,
      systemMessage: null,
      replacedSystemMessage: example?.systemMessage ?? null,
      phrases: [],
      askedTags: [],
      removed,
      messages: messageShapes(example?.messages ?? [], [], undefined),
      gates: [],
      tokens: null,
      model: null,
      judgeModel: null,
      columns: null,
      mark: markOf(id),
    };
  }
  const { id, messages, tools, facts, columns } = readDoneLine(body);
  const [system, ...turns] = messages;
  const others = { ...columns, ...(tools === undefined ? {} : { tools }) };
  return {
    ...shared,
    id,
    file: facts.file ?? traits.file ?? null,
    detail: null,
    systemMessage: system?.content ?? null,
    replacedSystemMessage: facts.replacedSystemMessage ?? null,
    phrases: facts.phrases,
    askedTags: facts.askedTags ?? [],
    removed: facts.removed,
    messages: messageShapes(turns, facts.originalResponses, facts),
    gates: facts.gates,
    tokens: facts.tokens,
    model: facts.model,
    judgeModel: facts.judgeModel,
    columns: Object.keys(others).length === 0 ? null : JSON.stringify(others, null, 2),
    mark: markOf(id),
  };
}

/**
 * @param facts Of a row of the dataset. Undefined for another row, whose responses are the input's.
 */
function messageShapes(messages: readonly Message[], originals: readonly string[], facts: RowResponses | undefined): MessageShape[] {
  let responses = 0;
  return messages.map((message) => {
    const { role, content, extra } = message;
    const turn = isResponse(message) ? responses++ : undefined;
    return {
      role,
      content,
      extra: extra === undefined ? null : JSON.stringify(extra, null, 2),
      original: turn === undefined ? null : (originals[turn] ?? null),
      response: turn === undefined || facts === undefined ? null : { turn, origin: responseOrigin(facts, turn) },
    };
  });
}
