import type { Message } from "../../records/message.ts";
import { findColumn, isBlank } from "../columns/column-names.ts";
import { conversationIn, splitSystem } from "./conversation.ts";
import { given, isColumns, kindOf, RowError, type Columns, type Format } from "./format.ts";
import { systemLike, systemPlace } from "./system-column.ts";
import { listIn, listLike, writeTurns } from "./turn-list.ts";
import { readTurn, writeTurn } from "./turn.ts";
import { promptOf, withoutParts } from "../columns/prompt-parts.ts";

const chosenColumns = [
  "chosen",
  "chosen_response",
  "chosen_answer",
  "chosen_output",
  "chosen_messages",
  "response_chosen",
  "preferred",
  "preferred_response",
];
const rejectedColumns = [
  "rejected",
  "rejected_response",
  "rejected_answer",
  "rejected_output",
  "rejected_messages",
  "response_rejected",
  "dispreferred",
];
const promptColumns = ["prompt", "question", "instruction", "query", "input", "conversations", "conversation", "messages", "history"];

/**
 * Rows with a better and a worse response (https://huggingface.co/docs/trl/dataset_formats). The
 * better one is read. The worse one is no data to train on. Prompt and response are texts or lists
 * of messages, and a list of the better side may begin with the prompt. Also reads transcripts of
 * `\n\nHuman:` and `\n\nAssistant:`.
 */
export const preference: Format = {
  name: "preference",
  columns: "chosen, rejected, prompt (optional)",
  fits: (row) => [chosenColumns, rejectedColumns].every((names) => holdsSide(row[findColumn(row, names) ?? ""])),
  read(row) {
    const { columns, prompt, chosen } = sidesOf(row);
    return conversationIn(row, columns, [...prompt.messages, ...chosen.messages]);
  },
  write(conversation, like) {
    if (like === undefined) {
      const { system, turns } = splitSystem(conversation.messages);
      const lead: Message[] = system === undefined ? [] : [{ role: "system", content: system }];
      const written = (messages: readonly Message[]) =>
        messages.map((message) => ({ role: message.role, content: message.content, ...message.extra }));
      return {
        prompt: written([...lead, ...turns.slice(0, -1)]),
        chosen: written(turns.slice(-1)),
        rejected: [],
        ...given({ tools: conversation.tools }),
      };
    }
    const { name, promptName, prompt, chosen, parts } = sidesOf(like);
    const place = systemPlace(conversation.messages, like, [...prompt.messages, ...chosen.messages]);
    const now = splitSystem(place.messages);
    const before = splitSystem([...prompt.messages, ...chosen.messages]);
    const at = Math.max(0, now.turns.length - chosen.messages.filter(({ role }) => role !== "system").length);
    // A transcript has no place for a system message.
    const inColumn = chosen.isTranscript || prompt.isTranscript;
    const lead: Message[] = now.system === undefined || inColumn ? [] : [{ role: "system", content: now.system }];
    const inPrompt = promptName !== undefined && prompt.messages.length > 0;
    const sides = inPrompt
      ? { prompt: [...lead, ...now.turns.slice(0, at)], chosen: now.turns.slice(at) }
      : { prompt: [], chosen: [...lead, ...now.turns] };
    const samePrompt = JSON.stringify(now.turns.slice(0, at)) === JSON.stringify(before.turns.slice(0, at)) && now.system === before.system;
    return {
      ...like,
      ...(inPrompt && !samePrompt && promptName !== undefined
        ? {
            ...(parts === undefined ? {} : withoutParts(like, parts, promptName)),
            [promptName]: sideLike(sides.prompt, prompt, like[promptName]),
          }
        : {}),
      [name]: sideLike(sides.chosen, chosen, like[name]),
      ...(inColumn ? systemLike(splitSystem(conversation.messages).system, like) : place.columns),
      ...given({ tools: conversation.tools }),
    };
  },
};

function holdsSide(value: unknown): boolean {
  return typeof value === "string" || (typeof value === "object" && value !== null);
}

/** One side of a row, as its column holds it. */
interface Side {
  readonly messages: readonly Message[];
  readonly list: readonly unknown[] | undefined;
  readonly isTranscript: boolean;
}

const nothing: Side = { messages: [], list: undefined, isTranscript: false };

function sidesOf(row: Columns) {
  const name = findColumn(row, chosenColumns);
  if (name === undefined) throw new RowError("missing-column", 'column "chosen": expected a response, found nothing');
  const chosen = sideIn(row, name, "assistant");
  const promptName = findColumn(row, promptColumns);
  const rejectedName = findColumn(row, rejectedColumns);
  const columns = [name, ...(rejectedName === undefined ? [] : [rejectedName])];
  const startsItself = chosen.messages.some(({ role }) => role === "user");
  if (promptName === undefined || startsItself)
    return {
      name,
      promptName: undefined,
      prompt: nothing,
      chosen,
      parts: undefined,
      columns: [...columns, ...(promptName === undefined ? [] : [promptName])],
    };
  const side = sideIn(row, promptName, "user");
  const [only] = side.messages;
  if (side.list !== undefined || side.isTranscript || only === undefined)
    return { name, promptName, prompt: side, chosen, parts: undefined, columns: [...columns, promptName] };
  const answer = { column: name, text: chosen.messages.map(({ content }) => content).join("\n") };
  const parts = promptOf(row, { column: promptName, text: only.content }, answer);
  return {
    name,
    promptName,
    prompt: { ...side, messages: [{ ...only, content: parts.text }] },
    chosen,
    parts,
    columns: [...columns, ...parts.columns],
  };
}

function sideIn(row: Columns, name: string, role: "user" | "assistant"): Side {
  const value = row[name];
  const list = isColumns(value) && !Object.values(value).some(Array.isArray) ? [value] : listIn(value);
  if (list !== undefined && (list.length === 0 || isColumns(list[0]))) return { messages: list.map(readTurn), list, isTranscript: false };
  const text = Array.isArray(value) ? (value.find((item) => !isBlank(item)) as unknown) : value;
  if (typeof text !== "string")
    throw new RowError("wrong-type", `column "${name}": expected text or a list of messages, found ${kindOf(value)}`);
  const turns = transcriptIn(text);
  return turns === undefined
    ? { messages: [{ role, content: text }], list: undefined, isTranscript: false }
    : { messages: turns, list: undefined, isTranscript: true };
}

/** The turns of a transcript of Anthropic's layout. Undefined for other text. */
function transcriptIn(text: string): Message[] | undefined {
  if (!/^\s*Human: /.test(text) || !text.includes("\n\nAssistant:")) return undefined;
  const pieces = `\n\n${text.trim()}`.split(/\n\n(Human|Assistant):/).slice(1);
  const turns: Message[] = [];
  for (let at = 0; at + 1 < pieces.length; at += 2)
    turns.push({ role: pieces[at] === "Human" ? "user" : "assistant", content: (pieces[at + 1] ?? "").trim() });
  return turns.at(-1)?.content === "" ? turns.slice(0, -1) : turns;
}

function sideLike(messages: readonly Message[], side: Side, like: unknown): unknown {
  if (side.isTranscript)
    return messages.map(({ role, content }) => `\n\n${role === "assistant" ? "Assistant" : "Human"}: ${content}`).join("");
  if (side.list === undefined && messages.length === 1 && !Array.isArray(like)) return messages[0]?.content;
  const turns = writeTurns(messages, side.list && { list: side.list, messages: side.messages }, writeTurn);
  return isColumns(like) && turns.length === 1 ? turns[0] : listLike(turns, side.list === undefined ? undefined : like);
}
