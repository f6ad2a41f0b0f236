import { z } from "zod";

/**
 * The keys that a schema knows at a path, for messages about one that it does not know. Of a union
 * it is the first member that has keys. Empty where the schema has no keys there.
 * @param path Keys and indexes, as an issue of zod has them.
 */
export function knownKeys(schema: unknown, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return knownKeys(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return schema.options.map((option) => knownKeys(option, path)).find((keys) => keys.length > 0) ?? [];
  const [key, ...rest] = path;
  if (schema instanceof z.ZodArray) return key === undefined ? [] : knownKeys(schema.element, rest);
  if (schema instanceof z.ZodRecord) return key === undefined ? [] : knownKeys(schema.valueType, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  if (key === undefined) return Object.keys(schema.shape);
  return knownKeys(Object.entries(schema.shape).find(([name]) => name === key)?.[1], rest);
}
