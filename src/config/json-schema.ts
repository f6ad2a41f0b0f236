import { z } from "zod";
import { configSchema } from "./config-schema.ts";

/** A JSON schema of an object, as far as it is read here. */
const objectSchema = z.looseObject({ properties: z.record(z.string(), z.looseObject({ enum: z.array(z.string()).optional() })) });
type ObjectSchema = z.infer<typeof objectSchema>;

/**
 * The JSON schema of the config file, as `config-schema.json` has it. Editors complete and check a
 * file by it. A key with capitals may also be written as its flag is, such as `base-url`.
 */
export function configJsonSchema(): ObjectSchema {
  const whole = objectSchema.parse(
    z.toJSONSchema(configSchema, { io: "input", override: ({ jsonSchema }) => withoutIntegerRange(jsonSchema) }),
  );
  const properties = Object.entries(whole.properties).map(([key, value]) => {
    const { data } = objectSchema.safeParse(value);
    return [key, data === undefined ? value : withFlagSpellings(data, `#/properties/${key}`)] as const;
  });
  return withFlagSpellings({ title: "A sysgen config file", ...whole, properties: Object.fromEntries(properties) }, "#");
}

/** zod bounds whole numbers by what a double holds exactly, which says nothing to a person. */
function withoutIntegerRange(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/**
 * Admits `base-url` and `base_url` beside `baseUrl`. They are patterns, because editors offer no
 * keys of patterns, so each key is offered once.
 * @param at Where the schema stands, as a JSON pointer.
 */
function withFlagSpellings(schema: ObjectSchema, at: string): ObjectSchema {
  const capitals = Object.keys(schema.properties).filter((key) => /[A-Z]/.test(key));
  if (capitals.length === 0) return schema;
  const spellings = capitals.map((key) => {
    const pattern = key.replace(/[A-Z]/g, (letter) => `[-_]${letter.toLowerCase()}`);
    return [`^${pattern}$`, { $ref: `${at}/properties/${key}` }] as const;
  });
  return { ...schema, patternProperties: Object.fromEntries(spellings) };
}
