import { kebabKey } from "../config/yaml-file.ts";
import { experimentSchema } from "./experiment-schema.ts";

/** Keys of the file that stand for flags of other names or places. */
const keyOfFlag: Readonly<Record<string, string>> = {
  on: "benchmarks",
  data: "data",
  limit: "limit",
  shots: "shots",
  "system-as": "system-as",
  "system-role": "system-role",
  "judge-runs": "judge-runs",
  gguf: "gguf",
  model: "model",
  run: "run",
  out: "out",
  python: "python",
  "data-root": "data-root",
  "judge-model": "judge.model",
  // Students run on this machine.
  "base-url": "judge.base-url",
  "judge-base-url": "judge.base-url",
  "judge-api-key-env": "judge.api-key-env",
  "judge-header": "judge.headers",
  "judge-request": "judge.request",
  ...keysOf("evaluate"),
  ...keysOf("train"),
};

function keysOf(part: "train" | "evaluate"): Record<string, string> {
  const keys = Object.keys(experimentSchema.shape[part].unwrap().shape).map(kebabKey);
  return Object.fromEntries(keys.map((key) => [key, `${part}.${key}`]));
}

/**
 * A sentence of `sysgen train` or `sysgen evaluate` with the experiment file's keys in the place of
 * flags, such as `train.held-out` for `--held-out`. Commands in quotes stay as they are.
 */
export function inKeys(sentence: string): string {
  return sentence
    .split(/("[^"]*")/)
    .map((part) => (/^"\w+ /.test(part) ? part : inKeysWithoutQuotes(part)))
    .join("");
}

function inKeysWithoutQuotes(text: string): string {
  return text
    .replace(/--data [\w-]+=/g, "data: ")
    .replace(/(?<![\w-])--([a-z][a-z-]*)/g, (flag: string, name: string) => keyOfFlag[name] ?? flag);
}
