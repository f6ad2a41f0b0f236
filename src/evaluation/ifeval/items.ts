import { z } from "zod";
import { UsageError, messageOf } from "../../errors.ts";
import type { ChatMessage } from "../../models/model.ts";
import { isReadable, type Row } from "../../records/row.ts";
import type { Instruction } from "./instruction.ts";
import { instructionKinds, type InstructionId } from "./instructions/index.ts";
import { assetText } from "./reference/asset.ts";

/** A prompt of IFEval or S-IFEval with the instructions that a response is checked by. */
export interface IfevalItem {
  readonly id: string;
  readonly messages: readonly ChatMessage[];
  readonly instructions: readonly Instruction[];
}

/** Where the instructions stand. S-IFEval has a text for each. IFEval's rows have only `user`. */
export type Placement = "system" | "user";

const message = z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() });
const schema = z.object({
  key: z.union([z.int(), z.string()]).transform(String),
  prompt: z.string(),
  instruction_id_list: z.array(z.string()).min(1),
  /** The hub writes all settings into each element, and those that do not apply as null. */
  kwargs: z.array(z.record(z.string(), z.unknown())),
  messages: z.array(message).min(1).optional(),
});

/**
 * A row of google/IFEval, or of S-IFEval (`evals/ifeval/inputs/sys_ifeval.jsonl` of
 * github.com/normster/RealGuardrails).
 * @param where For errors, such as `rows.jsonl:3`.
 * @throws UsageError for a row of another form, for an unknown instruction, and for an instruction
 *   without the settings that it needs.
 */
export function ifevalItem(value: unknown, where: string, placement: Placement): IfevalItem {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new UsageError(`${where}: this is no row of IFEval: ${z.prettifyError(parsed.error)}`);
  const { key, prompt, instruction_id_list: ids, kwargs, messages } = parsed.data;
  if (ids.length !== kwargs.length) {
    throw new UsageError(
      `${where}: there must be one element of kwargs for each instruction, but there are ${kwargs.length} for ${ids.length}`,
    );
  }
  return {
    id: key,
    messages: placement === "user" ? [{ role: "user", content: prompt }] : withSystem(messages, where),
    instructions: ids.map((id, index) => instruction(id, kwargs[index] ?? {}, where)),
  };
}

function withSystem(messages: readonly ChatMessage[] | undefined, where: string): readonly ChatMessage[] {
  if (messages?.[0]?.role === "system" && messages.at(-1)?.role === "user") return messages;
  throw new UsageError(`${where}: S-IFEval needs "messages" that begin with a system message and end with the user's`);
}

function instruction(id: string, settings: Readonly<Record<string, unknown>>, where: string): Instruction {
  if (!isInstructionId(id)) {
    throw new UsageError(`${where}: "${id}" is no instruction of IFEval, which are ${Object.keys(instructionKinds).join(", ")}`);
  }
  const given = Object.fromEntries(Object.entries(settings).filter(([, setting]) => setting !== null));
  try {
    return instructionKinds[id].of(id, given);
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new UsageError(`${where}: the kwargs of "${id}" are not what it needs: ${detail}`, { cause: error });
  }
}

function isInstructionId(id: string): id is InstructionId {
  return Object.hasOwn(instructionKinds, id);
}

/**
 * The items of a file's rows.
 * @param name The file's, for errors.
 * @throws UsageError for a row that cannot be read, and for two rows with one key.
 */
export function ifevalItems(rows: Iterable<Row>, name: string, placement: Placement): IfevalItem[] {
  const items = new Map<string, IfevalItem>();
  for (const row of rows) {
    const where = `${name}:${row.line}`;
    if (!isReadable(row)) throw new UsageError(`${where}: ${row.problem.detail}`);
    const item = ifevalItem(row.value, where, placement);
    if (items.has(item.id)) throw new UsageError(`${where}: an earlier row has the key ${item.id} too`);
    items.set(item.id, item);
  }
  return [...items.values()];
}

/** S-IFEval's file in the package. */
export const shippedName = "s-ifeval.jsonl.gz";

/** S-IFEval as it is in the package, with 541 items. */
export function shippedItems(placement: Placement): IfevalItem[] {
  const lines = assetText(shippedName).trimEnd().split("\n");
  const rows = lines.map((raw, index): Row => ({ line: index + 1, raw, value: JSON.parse(raw) }));
  return ifevalItems(rows, shippedName, placement);
}
