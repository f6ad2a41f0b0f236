import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { LineCounter, isMap, isScalar, parseDocument, type Document } from "yaml";
import { z } from "zod";
import { configSchema, type Config } from "./config-schema.ts";
import { withFoundPaths } from "./own-texts.ts";
import { issueInWords } from "./issue-words.ts";
import { checkTagShares, ownTagKeys, readTags } from "./tags.ts";
import { UsageError, messageOf } from "../errors.ts";
import { gateNames } from "../phases/gates/index.ts";

const fileSchema = configSchema.superRefine(({ tags, tagShares = {} }, context) => {
  checkTagShares(tagShares, readTags(tags), (path, message, input) =>
    context.addIssue({ code: "custom", path: ["tagShares", ...path], message, input }),
  );
});

/**
 * Reads a config file in YAML or JSON. Keys may be written as in the schema (`baseUrl`) or as the
 * flags are (`base-url`). Paths of `gates` are from the file's folder.
 * @param ownGates Whether there are gates of the user's own beside those of the file. Their names
 * are known once they are loaded.
 * @throws UsageError with the file and line of the first mistake.
 */
export function readConfigFile(path: string, { ownGates = false }: { readonly ownGates?: boolean } = {}): Config {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`Cannot read the config file ${path}: ${messageOf(error)}`, { cause: error });
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
  if (typeof value !== "object" || Array.isArray(value))
    throw new UsageError(`${path}:1: expected keys and values such as "model: name", found something else.`);
  const result = fileSchema.safeParse(withCamelKeys(value), { reportInput: true });
  if (result.success) {
    const { gates, ...config } = result.data;
    const refuse = (key: readonly string[], what: string): never => {
      throw new UsageError(`${path}:${lineOf(document, lines, key)}: ${key.join(".")}: ${what}.`);
    };
    const wrong = gates === undefined && !ownGates ? Object.keys(config.respond?.gates ?? {}).find(isNoGate) : undefined;
    if (wrong !== undefined) refuse(["respond", "gates", wrong], `unknown key. Known keys: ${gateNames.join(", ")}`);
    const found = withFoundPaths(config, path, refuse);
    return gates === undefined ? found : { ...found, gates: gates.map((file) => resolve(dirname(path), file)) };
  }
  const [issue] = result.error.issues;
  if (issue === undefined) throw new TypeError("a value that does not fit has an issue");
  const key = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const at = [...issue.path, ...(key === undefined ? [] : [key])].map(String);
  const said = key === undefined ? issueInWords(issue) : `unknown key. Known keys: ${knownKeys(issue.path).join(", ")}`;
  throw new UsageError(`${path}:${lineOf(document, lines, at)}: ${at.join(".")}: ${said}.`);
}

const isNoGate = (name: string): boolean => !gateNames.some((known) => known === name);

const camel = (key: string): string => key.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Writes keys as the schema has them, on the top level and in a phase's settings. The names of
 * gates and models keep their hyphens.
 */
function withCamelKeys(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    depth < 2 ? camel(key) : key,
    depth === 0 && /^(?:prices|(?:judge[-_]?)?(?:headers|request)|tag[-_]?shares)$/i.test(key) ? inner : withCamelKeys(inner, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path[0] === "prices") return ["input", "output"];
  if (path[0] === "tags" && path[1] === "add") return ownTagKeys;
  const inner: unknown = Object.entries(configSchema.shape).find(([key]) => key === path[0])?.[1];
  const object = inner instanceof z.ZodOptional ? inner.unwrap() : undefined;
  return Object.keys(object instanceof z.ZodObject ? object.shape : configSchema.shape);
}

function lineOf(document: Document, lines: LineCounter, path: readonly string[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const spellings = path
      .slice(0, depth)
      .map((key) => [
        key,
        key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
        key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      ]);
    for (let spelling = 0; spelling < 3; spelling++) {
      const names = spellings.map((of) => of[spelling]);
      const node = document.getIn(names, true);
      if (isScalar(node) && node.range) return lines.linePos(node.range[0]).line;
      // Keys and values begin where their key stands.
      const parent = document.getIn(names.slice(0, -1), true);
      const key = isMap(parent) && parent.items.find((pair) => isScalar(pair.key) && pair.key.value === names.at(-1))?.key;
      if (isScalar(key) && key.range) return lines.linePos(key.range[0]).line;
    }
  }
  return 1;
}
