import { readFileSync } from "node:fs";
import { LineCounter, isMap, isNode, isScalar, isSeq, parseDocument, type Document } from "yaml";
import { UsageError, messageOf } from "../errors.ts";

/** A file of keys and values that a person wrote, in YAML or JSON. */
export interface YamlFile {
  readonly path: string;
  readonly value: object;
  /** The file and the line of a key, such as `experiment.yaml:4`. */
  readonly placeOf: (key: readonly string[]) => string;
  /** @throws UsageError with file, line and key. */
  readonly refuse: (key: readonly string[], what: string) => never;
}

/**
 * Reads a file of keys and values.
 * @param what What the file is, such as `config file`, for the error.
 * @throws UsageError with file and line when it cannot be read, is not YAML or holds no keys.
 */
export function readYamlFile(path: string, what: string): YamlFile {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read the ${what} ${path}: ${messageOf(error)}`, { cause: error });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const [fault] = document.errors;
  if (fault)
    throw new UsageError(
      `${path}:${lines.linePos(fault.pos[0]).line}: not YAML: ${fault.message.replace(/ at line \d+, column \d+:[^]*$/, "")}.`,
    );
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    throw new UsageError(`${path}: ${messageOf(error)}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`${path}:1: expected keys and values such as "model: name", found something else.`);
  const placeOf = (key: readonly string[]): string => `${path}:${lineOf(document, lines, key)}`;
  return {
    path,
    value,
    placeOf,
    refuse: (key, what) => {
      throw new UsageError(`${placeOf(key)}: ${key.join(".")}: ${what}.`);
    },
  };
}

/** A key of a file as the schema has it, such as `baseUrl` for `base-url` and `base_url`. */
export const camelKey = (key: string): string => key.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A key of a schema as files and flags have it, such as `base-url` for `baseUrl`. */
export const kebabKey = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function lineOf(document: Document, lines: LineCounter, path: readonly string[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const spellings = path
      .slice(0, depth)
      .map((key) => [key, kebabKey(key), key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]);
    for (let spelling = 0; spelling < 3; spelling++) {
      const names = spellings.map((of) => of[spelling]);
      const node = document.getIn(names, true);
      if (isScalar(node) && node.range) return lines.linePos(node.range[0]).line;
      const parent = document.getIn(names.slice(0, -1), true);
      if (isSeq(parent) && isNode(node) && node.range) return lines.linePos(node.range[0]).line;
      // Keys and values begin where their key stands.
      const key = isMap(parent) && parent.items.find((pair) => isScalar(pair.key) && pair.key.value === names.at(-1))?.key;
      if (isScalar(key) && key.range) return lines.linePos(key.range[0]).line;
    }
  }
  return 1;
}
