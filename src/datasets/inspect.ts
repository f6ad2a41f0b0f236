import { isToolCall, isResponse, type Message } from "../records/message.ts";
import { withoutCompression } from "./files/decompress.ts";
import { isColumns } from "./formats/format.ts";
import { openDataset, type Dataset, type DatasetOptions } from "./index.ts";
import { Lengths, type LengthSummary } from "./lengths.ts";

/** What a dataset holds, as `sysgen inspect` shows it. */
export interface Inspection {
  readonly format: string;
  readonly files: readonly string[];
  /** All rows of the input: counted, or told by its metadata; otherwise estimated from its size, or unknown. */
  readonly rows: { readonly count: number | undefined; readonly isExact: boolean };
  /** Rows that were read for what follows: the first ones, or all. */
  readonly looked: number;
  /** Names of the columns of the rows that were read. */
  readonly columns: readonly string[];
  /** Rows that can go through the phases, system message or not. */
  readonly examples: number;
  readonly withSystemMessage: number;
  readonly withToolCalls: number;
  /** Responses in a row -> rows. */
  readonly turns: Readonly<Record<number, number>>;
  /** Characters of text, wherever in the row it is nested. */
  readonly characters: { readonly instruction: LengthSummary; readonly response: LengthSummary; readonly system: LengthSummary };
  readonly first: readonly { id: string; line: number; messages: readonly Message[] }[];
  /** Reason -> rows. */
  readonly problems: Readonly<Record<string, number>>;
  readonly firstProblems: readonly { file?: string; line: number; reason: string; detail: string }[];
  readonly repeatedIds: number;
}

export interface InspectOptions extends DatasetOptions {
  /** Rows to read at most; default 10,000. */
  readonly most?: number | undefined;
}

const shownRows = 3;
const shownProblems = 20;
const defaultMost = 10_000;

/** Reads the first rows of a dataset, one in memory at a time, and finds how many there are. @throws UsageError as `openDataset`. */
export async function inspectDataset(options: InspectOptions): Promise<Inspection> {
  const dataset = await openDataset(options);
  const most = options.most ?? defaultMost;
  let looked = 0;
  let examples = 0;
  let withSystemMessage = 0;
  let withToolCalls = 0;
  let repeatedIds = 0;
  let bytes = 0;
  let ended = true;
  const columns = new Set<string>();
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
    examples++;
    if (systemMessage !== undefined) withSystemMessage++;
    if (messages.some(isToolCall)) withToolCalls++;
    const responses = messages.filter(isResponse);
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
    examples,
    withSystemMessage,
    withToolCalls,
    turns,
    characters: { instruction: characters.instruction.summary, response: characters.response.summary, system: characters.system.summary },
    first,
    problems,
    firstProblems,
    repeatedIds,
  };
}

/** From the files' metadata; else from their size and that of the rows that were read. */
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

/** Two digits that mean something. */
function roughly(count: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return Math.round(count / unit) * unit;
}
