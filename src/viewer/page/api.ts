import { safeParse, type ZodMiniType } from "zod/mini";
import {
  callsReply,
  marksReply,
  refusal,
  rowReply,
  rowsPage,
  runReply,
  type CallsReply,
  type MarkShape,
  type MarksReply,
  type RowReply,
  type RowsPage,
  type RunReply,
} from "../wire-shapes.ts";

export function getRun(signal: AbortSignal): Promise<RunReply> {
  return get("/api/run", runReply, signal);
}

/** @param query The filter, as it is in the page's address. */
export function getRows(query: string, offset: number, limit: number, signal: AbortSignal): Promise<RowsPage> {
  const asked = new URLSearchParams(query);
  asked.set("offset", String(offset));
  asked.set("limit", String(limit));
  return get(`/api/rows?${asked.toString()}`, rowsPage, signal);
}

export function getRow(position: number, query: string, signal: AbortSignal): Promise<RowReply> {
  return get(`/api/rows/${position}?${query}`, rowReply, signal);
}

export function getCalls(position: number, signal: AbortSignal): Promise<CallsReply> {
  return get(`/api/rows/${position}/calls`, callsReply, signal);
}

export async function putMark(position: number, id: string, mark: MarkShape): Promise<void> {
  const reply = await fetch(`/api/rows/${position}/mark`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ id, ...mark }),
  });
  await bodyOf(reply);
}

/** Marks all rows of a filter. @param query The filter, as it is in the page's address. */
export function markAll(query: string, mark: MarkShape["mark"]): Promise<MarksReply> {
  return post(`/api/marks?${query}`, { mark });
}

/** Gives the rows of the last `markAll` the marks that they had before it. */
export function undoMarkAll(): Promise<MarksReply> {
  return post("/api/marks/undo", {});
}

async function post(path: string, body: unknown): Promise<MarksReply> {
  const headers = { "content-type": "application/json" };
  return read(await bodyOf(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) })), marksReply);
}

async function get<T>(path: string, shape: ZodMiniType<T>, signal: AbortSignal): Promise<T> {
  return read(await bodyOf(await fetch(path, { signal })), shape);
}

function read<T>(body: unknown, shape: ZodMiniType<T>): T {
  const found = safeParse(shape, body);
  if (!found.success) throw new Error("The server is of another version than this page: reload it.");
  return found.data;
}

/** @throws Error with the server's message when the server refuses. */
async function bodyOf(reply: Response): Promise<unknown> {
  const body: unknown = await reply.json().catch(() => undefined);
  if (reply.ok) return body;
  const said = safeParse(refusal, body);
  throw new Error(said.success ? said.data.error : `The server answered ${reply.status}.`);
}
