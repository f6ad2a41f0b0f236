import { z } from "zod";
import { UsageError } from "../../errors.ts";
import { isReadable, type Row } from "../../records/row.ts";
import type { ChatMessage } from "../../models/model.ts";

/** A conversation whose system message sets guardrails, which the user or the history strains. */
export interface GuardrailItem {
  readonly id: string;
  readonly messages: readonly ChatMessage[];
  /** What the system message demands, in short sentences for the judge. */
  readonly guardrails: readonly string[];
  /** Words that the system message forbids. Empty for most items. */
  readonly banned: readonly string[];
  /** What stands between the system message and the last turn. Undefined for handwritten items. */
  readonly distractor: Distractor | undefined;
}

export interface Distractor {
  /** `roleplay` or `translation`. */
  readonly task: string;
  readonly turns: number;
  /** Whether the turns are messages of their own. Else they are examples within one message. */
  readonly isMultiTurn: boolean;
}

const message = z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() });
const schema = z.object({
  id: z.string(),
  messages: z.array(message).min(2),
  guardrails: z.array(z.string()).min(1),
  banlist: z.array(z.string().min(1)).nullish(),
  distractor_task: z.string().nullish(),
  num_turns: z.int().nullish(),
  is_multiturn: z.boolean().nullish(),
});

/**
 * The items of RealGuardrails (Mu et al. 2025, arXiv 2502.12197). Its files are
 * `evals/realguardrails/inputs/handwritten.jsonl` (239 items) and `distractors.jsonl` (504) of
 * github.com/normster/RealGuardrails. They are not in the package, because their system prompts are
 * other people's. An item's id is the id of its system prompt, which many items share, and its
 * place among them. Those with distractors are counted apart.
 * @param name The file's, for errors.
 * @throws UsageError for a row that cannot be read or has another form.
 */
export function guardrailItems(rows: Iterable<Row>, name: string): GuardrailItem[] {
  const seen = new Map<string, number>();
  const items: GuardrailItem[] = [];
  for (const row of rows) {
    const where = `${name}:${row.line}`;
    if (!isReadable(row)) throw new UsageError(`${where}: ${row.problem.detail}`);
    const parsed = schema.safeParse(row.value);
    if (!parsed.success) throw new UsageError(`${where}: this is no row of RealGuardrails: ${z.prettifyError(parsed.error)}`);
    const { id, messages, guardrails, banlist, distractor_task: task, num_turns: turns, is_multiturn: isMultiTurn } = parsed.data;
    if (messages[0]?.role !== "system" || messages.at(-1)?.role !== "user") {
      throw new UsageError(`${where}: "messages" must begin with a system message and end with the user's`);
    }
    const prompt = task == null ? id : `distractors/${id}`;
    const place = (seen.get(prompt) ?? 0) + 1;
    seen.set(prompt, place);
    items.push({
      id: `${prompt}/${place}`,
      messages,
      guardrails,
      banned: banlist ?? [],
      distractor: task == null ? undefined : { task, turns: turns ?? 0, isMultiTurn: isMultiTurn ?? false },
    });
  }
  return items;
}

/** A distractor in words, such as `roleplay, 20 turns`. */
export function distractorName({ task, turns }: Distractor): string {
  return `${task}, ${turns} turns`;
}
