import type { ExportedRow } from "../../exports/exported-row.ts";
import { SysGenError } from "../../errors.ts";
import { isResponse, type Message } from "../../records/message.ts";
import { responseOrigin, type ResponseOrigin } from "../../records/response-origin.ts";
import type { Tag } from "../../records/system-message/phrase.ts";

/** One of the two responses, with the conversation that it was written for. */
export interface Side {
  readonly history: readonly Message[];
  readonly response: string;
}

/** A phrase of a system message, as a judge is asked about it. */
export interface SubjectPhrase {
  readonly tag: Tag;
  readonly text: string;
}

/**
 * What is judged of a row. It is the last response of the conversation, as it was (A) and as it is
 * now (A').
 */
export interface Subject {
  readonly id: string;
  /** The row's file and its column `source`. */
  readonly source: string;
  readonly systemMessage: string;
  readonly phrases: readonly SubjectPhrase[];
  readonly original: Side;
  readonly new: Side;
  /** Whether the response that stands for A' is new, or A that was kept in its place. */
  readonly origin: ResponseOrigin;
}

/**
 * The subject of a row.
 * @throws SysGenError when the row holds no response, which no run writes
 */
export function subjectOf({ id, turns, systemMessage, originalResponses, columns, facts }: ExportedRow): Subject {
  const last = turns.findLastIndex(isResponse);
  const response = turns[last];
  if (response === undefined) throw new SysGenError(`row ${id} holds no response; the run's results were changed by another program`);
  let turn = 0;
  const before = turns.slice(0, last + 1).map((message): Message => {
    if (!isResponse(message)) return message;
    return { ...message, content: originalResponses[turn++] ?? message.content };
  });
  return {
    id,
    source: `${facts.file ?? ""}\0${typeof columns["source"] === "string" ? columns["source"] : ""}`,
    systemMessage,
    phrases: facts.phrases.map(({ tag, text }) => ({ tag, text })),
    original: { history: before.slice(0, last), response: before[last]?.content ?? "" },
    new: { history: turns.slice(0, last), response: response.content },
    origin: responseOrigin(facts, turn - 1),
  };
}
