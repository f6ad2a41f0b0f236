import type { SchemaElement } from "hyparquet";

/** Finds the Parquet type of a column by looking at the values of all rows. */
export class ColumnShape {
  #strings = false;
  #booleans = false;
  #integers = false;
  #fractions = false;
  #largest = 0;
  #item: ColumnShape | undefined;
  #fields: Map<string, ColumnShape> | undefined;

  observe(value: unknown): void {
    if (value === null || value === undefined) return;
    if (typeof value === "string") this.#strings = true;
    else if (typeof value === "boolean") this.#booleans = true;
    else if (typeof value === "number") {
      if (Number.isSafeInteger(value)) {
        this.#integers = true;
        this.#largest = Math.max(this.#largest, Math.abs(value));
      } else this.#fractions = true;
    } else if (Array.isArray(value)) {
      this.#item ??= new ColumnShape();
      for (const item of value) this.#item.observe(item);
    } else if (typeof value === "object") {
      this.#fields ??= new Map();
      for (const [name, inner] of Object.entries(value)) {
        let field = this.#fields.get(name);
        if (field === undefined) this.#fields.set(name, (field = new ColumnShape()));
        field.observe(inner);
      }
    }
  }

  /**
   * The column's type. A column without values is a string column. A column becomes JSON text when
   * its values are of several kinds, or are objects that have no keys at all or more than 64
   * different keys together.
   */
  get type(): ColumnType {
    const number = this.#integers || this.#fractions;
    const kinds = [this.#strings, this.#booleans, number, this.#item !== undefined, this.#fields !== undefined];
    if (kinds.filter(Boolean).length > 1) return { kind: "json" };
    if (this.#booleans) return { kind: "boolean" };
    if (number) return { kind: this.#fractions ? "double" : this.#largest < 2 ** 31 ? "int32" : "int64" };
    if (this.#item) return { kind: "list", item: this.#item.type };
    if (this.#fields === undefined) return { kind: "string" };
    if (this.#fields.size === 0 || this.#fields.size > mostFields) return { kind: "json" };
    return { kind: "struct", fields: new Map([...this.#fields].map(([name, shape]) => [name, shape.type])) };
  }
}

const mostFields = 64;

/** A column's type. `json` is JSON text in a string column. */
export type ColumnType =
  | { readonly kind: "string" | "boolean" | "int32" | "int64" | "double" | "json" }
  | { readonly kind: "list"; readonly item: ColumnType }
  | { readonly kind: "struct"; readonly fields: ReadonlyMap<string, ColumnType> };

/**
 * The column as Parquet schema elements, depth first. Lists have the three levels of
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists. A column of JSON text
 * is declared as a plain string, because common readers treat Parquet's JSON type as opaque bytes.
 */
export function schemaElements(name: string, type: ColumnType): SchemaElement[] {
  const repetition_type = "OPTIONAL";
  if (type.kind === "list") {
    return [
      { name, repetition_type, num_children: 1, converted_type: "LIST", logical_type: { type: "LIST" } },
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      ...schemaElements("element", type.item),
    ];
  }
  if (type.kind === "struct") {
    const fields = [...type.fields].flatMap(([field, inner]) => schemaElements(field, inner));
    return [{ name, repetition_type, num_children: type.fields.size }, ...fields];
  }
  if (type.kind === "boolean") return [{ name, repetition_type, type: "BOOLEAN" }];
  if (type.kind === "double") return [{ name, repetition_type, type: "DOUBLE" }];
  if (type.kind === "int32" || type.kind === "int64") return [{ name, repetition_type, type: type.kind === "int32" ? "INT32" : "INT64" }];
  return [{ name, repetition_type, type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } }];
}

/**
 * Converts values to what a column of this type stores. Undefined when values are stored as they
 * are.
 */
export function encoderOf(type: ColumnType): ((value: unknown) => unknown) | undefined {
  if (type.kind === "json") return (value) => (value === null || value === undefined ? null : JSON.stringify(value));
  if (type.kind === "int64") return (value) => (typeof value === "number" ? BigInt(value) : null);
  if (type.kind === "list") {
    const item = encoderOf(type.item);
    return item && ((value) => (Array.isArray(value) ? value.map(item) : null));
  }
  if (type.kind !== "struct") return undefined;
  const fields = [...type.fields].flatMap(([name, inner]): [string, (value: unknown) => unknown][] => {
    const encode = encoderOf(inner);
    return encode ? [[name, encode]] : [];
  });
  if (fields.length === 0) return undefined;
  return (value) => {
    if (typeof value !== "object" || value === null) return null;
    const columns: Readonly<Record<string, unknown>> = { ...value };
    return { ...columns, ...Object.fromEntries(fields.map(([name, encode]) => [name, encode(columns[name])])) };
  };
}
