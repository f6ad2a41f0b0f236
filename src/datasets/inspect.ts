import { isResponse, type Message } from "../records/message.ts";
import { openDataset, type DatasetOptions } from "./index.ts";

/** What a dataset holds, as `sysgen inspect` shows it. */
export interface Inspection {
  readonly format: string;
  readonly rows: number;
  /** Rows that can go through the phases, system message or not. */
  readonly examples: number;
  readonly withSystemMessage: number;
  /** Responses in a row -> rows. */
  readonly turns: Readonly<Record<number, number>>;
  readonly first: readonly { id: string; line: number; messages: readonly Message[] }[];
  /** Reason -> rows. */
  readonly problems: Readonly<Record<string, number>>;
  readonly firstProblems: readonly { line: number; reason: string; detail: string }[];
  readonly repeatedIds: number;
}

const shownRows = 3;
const shownProblems = 20;

/** Reads the whole dataset, one row in memory at a time. @throws UsageError as `openDataset`. */
export async function inspectDataset(options: DatasetOptions): Promise<Inspection> {
  const dataset = await openDataset(options);
  let rows = 0;
  let examples = 0;
  let withSystemMessage = 0;
  let repeatedIds = 0;
  const turns: Record<number, number> = {};
  const problems: Record<string, number> = {};
  const first: { id: string; line: number; messages: readonly Message[] }[] = [];
  const firstProblems: { line: number; reason: string; detail: string }[] = [];
  for await (const { id, idIsRepeated, line, content } of dataset.entries) {
    rows++;
    if (idIsRepeated) repeatedIds++;
    if ("problem" in content) {
      problems[content.problem.reason] = (problems[content.problem.reason] ?? 0) + 1;
      if (firstProblems.length < shownProblems) firstProblems.push({ line, ...content.problem });
      continue;
    }
    const { messages, systemMessage } = content.example;
    examples++;
    if (systemMessage !== undefined) withSystemMessage++;
    const responses = messages.filter(isResponse).length;
    turns[responses] = (turns[responses] ?? 0) + 1;
    if (first.length < shownRows)
      first.push({
        id,
        line,
        messages: systemMessage === undefined ? messages : [{ role: "system", content: systemMessage }, ...messages],
      });
  }
  return { format: dataset.format.name, rows, examples, withSystemMessage, turns, first, problems, firstProblems, repeatedIds };
}
