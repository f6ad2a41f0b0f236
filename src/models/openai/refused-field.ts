import { wordsOf, type Refusal } from "./refusal.ts";
import type { RequestFields } from "../model.ts";

/**
 * The field of the user's own that a refusal blames. Undefined when it blames none of them. A word
 * of plain English, such as `stop`, is a field only where the refusal names or quotes it as one.
 */
export function refusedField({ body }: Refusal, request: RequestFields): string | undefined {
  const { text, names } = wordsOf(body);
  const named = new Set(names.map((name) => name.split(".")[0]));
  for (const [, name = ""] of text.matchAll(/[`'"]([\w.]+)[`'"]/g)) named.add(name.split(".")[0]);
  for (const [, name = ""] of text.matchAll(
    /\b(?:arguments?|fields?|parameters?|params?|propert(?:y|ies)|keys?|inputs?)\b[^.\w]+(?:supplied\W+)?(\w+)/gi,
  ))
    named.add(name);
  return Object.keys(request).find((field) => named.has(field) || (field.includes("_") && new RegExp(`\\b${field}\\b`).test(text)));
}
