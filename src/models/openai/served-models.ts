import { z } from "zod";

const model = z.object({ id: z.string().optional(), name: z.string().optional() }).transform(({ id, name }) => id ?? name ?? "");
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
  const names = modelNames(body);
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

/** The names in the body of `/models`. Undefined when the body is no such list. */
export function modelNames(body: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  return listSchema.safeParse(value).data?.filter((name) => name !== "");
}

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}
