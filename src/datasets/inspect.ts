import { isToolCall, isResponse, type Message } from "../records/message.ts";
import { hasReasoning } from "../records/reasoning.ts";
import { UnreadColumns } from "./columns/unread-columns.ts";
import { withoutCompression } from "./files/decompress.ts";
import { isColumns } from "./formats/format.ts";
import { openDataset, type Dataset, type DatasetOptions } from "./index.ts";
import { Lengths, type LengthSummary } from "./lengths.ts";

/** What a dataset holds, as `sysgen inspect` shows it. */
export interface Inspection {
  /** Name of the format. */
  readonly format: string;
  /** Names of the input's files. */
  readonly files: readonly string[];
  /**
   * Number of all rows. Exact when all rows were read or metadata records the number. Otherwise an
   * estimate from the size of the files, or undefined.
   */
  readonly rows: { readonly count: number | undefined; readonly isExact: boolean };
  /** Number of rows that were read. All fields below are about these rows. */
  readonly looked: number;
  /** Names of all columns of the rows. */
  readonly columns: readonly string[];
  /** Those of them that hold text which no format reads and no prompt shows. */
  readonly unread: readonly string[];
  /** Rows that can go through the phases, with or without a system message. */
  readonly examples: number;
  readonly withSystemMessage: number;
  readonly withToolCalls: number;
  /** Rows whose responses hold reasoning, which no new response has. */
  readonly withReasoning: number;
  /** Number of rows by their number of responses. */
  readonly turns: Readonly<Record<number, number>>;
  /** Lengths of texts in UTF-16 code units. */
  readonly characters: { readonly instruction: LengthSummary; readonly response: LengthSummary; readonly system: LengthSummary };
  /** The first 3 examples. The system message comes first among the messages. */
  readonly first: readonly { id: string; line: number; messages: readonly Message[] }[];
  /** Number of rows that are no examples, by the reason's code. */
  readonly problems: Readonly<Record<string, number>>;
  /** The first 20 rows that are no examples. */
  readonly firstProblems: readonly { file?: string; line: number; reason: string; detail: string }[];
  /** Rows whose id an earlier row has. */
  readonly repeatedIds: number;
}

/** Options of `inspectDataset`. */
export interface InspectOptions extends DatasetOptions {
  /** The largest number of rows to read. Default 10,000. */
  readonly most?: number | undefined;
}

const shownRows = 3;
const shownProblems = 20;
const defaultMost = 10_000;

/**
 * Reads the first rows of a dataset, with one row in memory at a time, and finds the number of all
 * rows.
 * @throws UsageError when the input cannot be read, holds no row, or fits no format.
 */
export async function inspectDataset(options: InspectOptions): Promise<Inspection> {
  const dataset = await openDataset(options);
  const most = options.most ?? defaultMost;
  let looked = 0;
  let examples = 0;
  let withSystemMessage = 0;
  let withToolCalls = 0;
  let withReasoning = 0;
  let repeatedIds = 0;
  let bytes = 0;
  let ended = true;
  const columns = new Set<string>();
  const unread = new UnreadColumns();
  const turns: Record<number, number> = {};
  const problems: Record<string, number> = {};
  const first: { id: string; line: number; messages: readonly Message[] }[] = [];
  const firstProblems: { file?: string; line: number; reason: string; detail: string }[] = [];
  const characters = { instruction: new Lengths(), response: new Lengths(), system: new Lengths() };
  for await (const { id, idIsRepeated, row, file, content } of dataset.entries) {
    if (looked === most) {
      ended = false;
      break;
    }
    looked++;
    bytes += Buffer.byteLength(row.raw) + 1;
    if (idIsRepeated) repeatedIds++;
    if ("value" in row && isColumns(row.value)) for (const name of Object.keys(row.value)) columns.add(name);
    if ("problem" in content) {
      problems[content.problem.reason] = (problems[content.problem.reason] ?? 0) + 1;
      if (firstProblems.length < shownProblems)
        firstProblems.push({ ...(file === undefined ? {} : { file }), line: row.line, ...content.problem });
      continue;
    }
    const { messages, systemMessage } = content.example;
    unread.add(content.example);
    examples++;
    if (systemMessage !== undefined) withSystemMessage++;
    if (messages.some(isToolCall)) withToolCalls++;
    const responses = messages.filter(isResponse);
    if (responses.some(hasReasoning)) withReasoning++;
    turns[responses.length] = (turns[responses.length] ?? 0) + 1;
    for (const { content: text } of responses) characters.response.add(text.length);
    for (const { role, content: text } of messages) if (role === "user") characters.instruction.add(text.length);
    if (systemMessage !== undefined) characters.system.add(systemMessage.length);
    if (first.length < shownRows)
      first.push({
        id,
        line: row.line,
        messages: systemMessage === undefined ? messages : [{ role: "system", content: systemMessage }, ...messages],
      });
  }
  return {
    format: dataset.format.name,
    files: dataset.input.files.map(({ name }) => name),
    rows: ended ? { count: looked, isExact: true } : await countOrEstimate(dataset, looked, bytes),
    looked,
    columns: [...columns],
    unread: unread.names,
    examples,
    withSystemMessage,
    withToolCalls,
    withReasoning,
    turns,
    characters: { instruction: characters.instruction.summary, response: characters.response.summary, system: characters.system.summary },
    first,
    problems,
    firstProblems,
    repeatedIds,
  };
}

/**
 * The number of all rows. Taken from the metadata of files or source, else estimated from the size
 * of the files and the rows that were read.
 */
async function countOrEstimate({ input, selection }: Dataset, looked: number, lookedBytes: number): Promise<Inspection["rows"]> {
  if (!selection.isAll) return { count: undefined, isExact: false };
  let counted = 0;
  let countedBytes = 0;
  let uncountedBytes = 0;
  for (const file of input.files) {
    const rows = await file.count();
    if (rows === undefined) uncountedBytes += isCompressed(file.name) ? Infinity : (file.bytes ?? Infinity);
    else {
      counted += rows;
      countedBytes += file.bytes ?? 0;
    }
  }
  if (uncountedBytes === 0) return { count: counted, isExact: true };
  if (input.rows !== undefined) return { count: input.rows, isExact: true };
  const bytesARow = countedBytes > 0 ? countedBytes / counted : lookedBytes / looked;
  const estimate = counted + uncountedBytes / bytesARow;
  return { count: Number.isFinite(estimate) ? roughly(Math.max(looked, estimate)) : undefined, isExact: false };
}

function isCompressed(name: string): boolean {
  return withoutCompression(name) !== name;
}

/** Rounds to two significant digits. */
function roughly(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.round(count / unit) * unit;
}
