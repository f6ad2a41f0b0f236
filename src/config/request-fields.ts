import { z } from "zod";
import type { RequestFields } from "../models/model.ts";

const ofForm = "constrain says how a reply is held to a form";
const ofTokens = "each phase has its maxOutputTokens";

/** Fields that sysgen sets or reads itself, each with what to use instead. */
const ownFields: Readonly<Record<string, string>> = {
  model: "model and judgeModel name it",
  messages: "sysgen writes it",
  seed: "the key seed sets it",
  temperature: "each phase has its temperature",
  max_tokens: ofTokens,
  max_completion_tokens: ofTokens,
  max_new_tokens: ofTokens,
  response_format: ofForm,
  structured_outputs: ofForm,
  guided_json: ofForm,
  guided_regex: ofForm,
  guided_choice: ofForm,
  guided_grammar: ofForm,
  grammar: ofForm,
  json_schema: ofForm,
  ebnf: ofForm,
  regex: ofForm,
  logprobs: "sysgen asks for it where it needs it",
  top_logprobs: "sysgen asks for it where it needs it",
  stream: "sysgen reads whole replies",
  stream_options: "sysgen reads whole replies",
  n: "sysgen asks for one reply a call",
  extra_body: "write its fields here themselves",
};

const fields = z.record(z.string(), z.json()).superRefine((request, context) => {
  for (const [name, instead] of Object.entries(ownFields))
    if (name in request)
      context.addIssue({
        code: "custom",
        path: [name],
        input: request[name],
        message: `expected no ${name} among the fields of a request, because ${instead}`,
      });
});

const shape = 'expected a field and its value, such as top_p=0.9, or JSON such as {"top_p": 0.9}';

/** Each line is `name=value`, where the value is JSON or else text, or an object in JSON. */
const lines = z.array(z.string()).transform((all, context): Record<string, unknown> => {
  const merged: Record<string, unknown> = {};
  for (const line of all) {
    const [, name, value = ""] = /^\s*([\w-]+)\s*=([^]*)$/.exec(line) ?? [];
    const found = name === undefined ? parsed(line) : { [name]: parsed(value) ?? value };
    if (typeof found === "object" && found !== null && !Array.isArray(found)) Object.assign(merged, found);
    else context.addIssue({ code: "custom", message: shape, input: line });
  }
  return merged;
});

/** Further fields of a request's body, as an object, or as lines that flags give. */
export const requestSchema = z.union([fields, lines.pipe(fields)], shape).optional();

/** JSON's null is a value, so what is no JSON is undefined. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The fields with all keys in alphabetical order, so that order makes no other call. */
export function orderedFields(request: RequestFields | undefined): RequestFields | undefined {
  if (request === undefined || Object.keys(request).length === 0) return undefined;
  const sorted = Object.entries(request).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, value]) => [name, ordered(value)]));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, inner]) => [name, ordered(inner)]),
      )
    : value;
}
