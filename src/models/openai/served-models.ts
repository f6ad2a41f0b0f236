import { z } from "zod";

const tokens = z.number().positive().optional().catch(undefined);

/** How servers name the size: vLLM and SGLang, OpenRouter and Together, LM Studio, llama.cpp. */
const model = z
  .object({
    id: z.string().optional(),
    name: z.string().optional(),
    max_model_len: tokens,
    context_length: tokens,
    loaded_context_length: tokens,
    max_context_length: tokens,
    meta: z.object({ n_ctx: tokens }).optional().catch(undefined),
  })
  .transform(({ id, name, meta, ...sizes }) => ({
    id: id ?? name ?? "",
    size: sizes.max_model_len ?? sizes.loaded_context_length ?? meta?.n_ctx ?? sizes.context_length ?? sizes.max_context_length,
  }));
const listSchema = z.union([
  z.object({ data: z.array(model) }).transform(({ data }) => data),
  z.object({ models: z.array(model) }).transform(({ models }) => models),
  z.array(model),
]);
const mostShown = 10;

/**
 * A sentence on the models that a server serves, from the body of `/models`. Names that share most
 * with the one that was asked for come first. Undefined when the body is no such list.
 */
export function servedModels(body: string, asked: string): string | undefined {
  const names = modelsIn(body)?.map(({ id }) => id);
  if (names === undefined || names.length === 0) return undefined;
  const wanted = wordsOf(asked);
  const shared = (name: string): number => wordsOf(name).filter((word) => wanted.includes(word)).length;
  const shown = names
    .map((name) => ({ name, score: shared(name) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, mostShown)
    .map(({ name }) => name);
  const more = names.length > shown.length ? ` and ${names.length - shown.length} more` : "";
  return `The server serves ${shown.join(", ")}${more}`;
}

/** A model of a server's list. */
export interface ListedModel {
  readonly id: string;
  /** Tokens that its context holds. Undefined where the list does not say. */
  readonly size: number | undefined;
}

/** The models in the body of `/models`. Undefined when the body is no such list. */
export function modelsIn(body: string): readonly ListedModel[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  return listSchema.safeParse(value).data?.filter(({ id }) => id !== "");
}

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}
