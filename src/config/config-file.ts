import { dirname, resolve } from "node:path";
import { configSchema, type Config } from "./config-schema.ts";
import { withFoundPaths } from "./own-texts.ts";
import { issueInWords } from "./issue-words.ts";
import { knownKeys } from "./known-keys.ts";
import { checkTagShares, readTags } from "./tags.ts";
import { gateNames } from "../phases/gates/index.ts";
import { camelKey, readYamlFile } from "./yaml-file.ts";

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
  const file = readYamlFile(path, "config file");
  const result = fileSchema.safeParse(withCamelKeys(file.value), { reportInput: true });
  if (result.success) {
    const { gates, ...config } = result.data;
    const wrong = gates === undefined && !ownGates ? Object.keys(config.respond?.gates ?? {}).find(isNoGate) : undefined;
    if (wrong !== undefined) file.refuse(["respond", "gates", wrong], `unknown key. Known keys: ${gateNames.join(", ")}`);
    const found = withFoundPaths(config, path, file.refuse);
    return gates === undefined ? found : { ...found, gates: gates.map((file) => resolve(dirname(path), file)) };
  }
  const [issue] = result.error.issues;
  if (issue === undefined) throw new TypeError("a value that does not fit has an issue");
  const key = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const at = [...issue.path, ...(key === undefined ? [] : [key])].map(String);
  const said = key === undefined ? issueInWords(issue) : `unknown key. Known keys: ${knownKeys(configSchema, issue.path).join(", ")}`;
  return file.refuse(at, said);
}

const isNoGate = (name: string): boolean => !gateNames.some((known) => known === name);

/**
 * Writes keys as the schema has them, on the top level and in a phase's settings. The names of
 * gates and models keep their hyphens.
 */
function withCamelKeys(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    depth < 2 ? camelKey(key) : key,
    depth === 0 && /^(?:prices|(?:judge[-_]?)?(?:headers|request)|tag[-_]?shares)$/i.test(key) ? inner : withCamelKeys(inner, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
