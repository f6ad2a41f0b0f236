import { z } from "zod";
import type { ModelError } from "../../errors.ts";
import { excerpt } from "./excerpt.ts";

/** An uploaded file as its server tells of it. */
export interface BatchFile {
  /** `pending` is a file that the server still reads. No batch begins over it. */
  readonly state: "ready" | "pending" | "unreadable";
  /** Why the file cannot be read, or the server's own word for its state. */
  readonly said: string;
}

const fileSchema = z.looseObject({ status: z.string().nullish(), status_details: z.unknown().optional() });
const pending = /^(?:pending|running|processing|queued|in_progress|not_?started|not_?running)$/i;
const unreadable = /^(?:error|failed)$/i;
const pendingRefusal = /\bfile\b.*(?:\bpending\b|not (?:yet |been )*(?:processed|ready)|being processed)/is;

/** Reads an answer that tells of a file. A server that says nothing of its state has read it. */
export function batchFileOf(text: string): BatchFile {
  const file = fileSchema.safeParse(valueOf(text)).data;
  const status = file?.status ?? "";
  const details = file?.status_details;
  const said = typeof details === "string" && details !== "" ? details : excerpt(JSON.stringify(details ?? status));
  return { state: unreadable.test(status) ? "unreadable" : pending.test(status) ? "pending" : "ready", said };
}

/** Whether a server refused a batch because it still reads the uploaded file, as Azure does. */
export function isFilePending({ status, message }: ModelError): boolean {
  return (status === 400 || status === 422) && pendingRefusal.test(message);
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
