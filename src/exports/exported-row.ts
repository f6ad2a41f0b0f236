import { z } from "zod";
import { SysGenError, UsageError } from "../errors.ts";
import { isColumns, type Columns, type Format } from "../datasets/formats/format.ts";
import { formatByName } from "../datasets/formats/index.ts";
import { readChatMessage } from "../datasets/formats/chat-message.ts";
import { parseExactly } from "../records/exact-json.ts";
import { isToolCall, type Message } from "../records/message.ts";
import { Marks } from "../runs/row-marks.ts";
import { openStore, type OpenedStore } from "../runs/open-run.ts";
import { runFiles } from "../runs/run-files.ts";
import { isWanted, type MarkedChoice } from "./marked.ts";

/** A row that is done, as an export sees it. */
export interface ExportedRow {
  readonly id: string;
  /** The conversation with its new responses, without a system message. */
  readonly turns: readonly Message[];
  readonly systemMessage: string;
  /** The row's own system message, which the new one replaced. */
  readonly originalSystemMessage: string | undefined;
  readonly originalResponses: readonly string[];
  readonly tools: unknown;
  /** The row's other columns. */
  readonly columns: Columns;
  readonly facts: z.infer<typeof factsSchema>;
  /** The row as the input held it; undefined in runs of earlier versions. */
  readonly source: Columns | undefined;
}

const phrase = z.object({ tag: z.string(), text: z.string(), verdict: z.string(), repairs: z.array(z.string()) });
const factsSchema = z.object({
  phrases: z.array(phrase),
  originalResponses: z.array(z.string()),
  replacedSystemMessage: z.string().optional(),
  model: z.string(),
  judgeModel: z.string(),
  gates: z.array(z.object({ gate: z.string(), turn: z.number(), detail: z.string(), action: z.string() })),
  tokens: z.object({ input: z.number(), output: z.number() }),
});
const bodySchema = z.looseObject({ id: z.string(), messages: z.array(z.unknown()), tools: z.unknown().optional(), sysgen: factsSchema });

const mapping = z.object({ instruction: z.string(), response: z.string(), system: z.string().optional() });
const manifestSchema = z.object({
  identity: z.object({ input: z.object({ value: z.string() }), format: z.object({ value: z.string() }) }),
  config: z.object({ columns: mapping.optional() }),
});

/** A run's finished rows that are wanted, to be gone through as often as it takes. */
export interface ExportedRun extends Disposable {
  readonly opened: OpenedStore;
  /** The format of its input. */
  readonly format: Format;
  /** Path or name of its input. */
  readonly input: string;
  rows(): Generator<ExportedRow, void, void>;
}

/** @throws UsageError when the folder holds no run. */
export async function openExportedRun(folder: string, marked: MarkedChoice = "not-drop"): Promise<ExportedRun> {
  const opened = await openStore(folder);
  try {
    const manifest = manifestSchema.safeParse(opened.manifest);
    if (!manifest.success) throw new UsageError(`${folder}/run.json does not say what its input was. Run it again with this version.`);
    const { identity, config } = manifest.data;
    const marks = new Marks(runFiles(folder).marks);
    return {
      opened,
      format: formatByName(identity.format.value, config.columns),
      input: identity.input.value,
      *rows() {
        for (const { body, source } of opened.store.results.done()) {
          const row = readExportedRow(body, source);
          if (isWanted(marked, marks.get(row.id))) yield row;
        }
      },
      [Symbol.dispose]: () => opened.store.close(),
    };
  } catch (error) {
    opened.store.close();
    throw error;
  }
}

export function hasToolCalls({ tools, turns }: ExportedRow): boolean {
  return tools !== undefined || turns.some((turn) => isToolCall(turn) || turn.role === "tool");
}

/**
 * A row that is done, out of a run's results.
 * @param body Its line in dataset.jsonl. @param sourceText The row as the input held it, as JSON.
 * @throws SysGenError when it has no system message.
 */
export function readExportedRow(body: string, sourceText: string | undefined): ExportedRow {
  const { id, messages, tools, sysgen: facts, ...columns } = bodySchema.parse(JSON.parse(body));
  const [system, ...turns] = messages.map(readChatMessage);
  if (system?.role !== "system") throw new SysGenError(`row ${id} has no system message; the run's journal was changed by another program`);
  const source: unknown = sourceText === undefined ? undefined : parseExactly(sourceText);
  return {
    id,
    turns,
    systemMessage: system.content,
    originalSystemMessage: facts.replacedSystemMessage,
    originalResponses: facts.originalResponses,
    tools,
    columns,
    facts,
    source: isColumns(source) ? source : undefined,
  };
}
