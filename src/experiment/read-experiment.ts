import { basename } from "node:path";
import type { z } from "zod";
import { camelKey, readYamlFile, type YamlFile } from "../config/yaml-file.ts";
import { issueInWords } from "../config/issue-words.ts";
import { knownKeys } from "../config/known-keys.ts";
import { refuseWhatFails } from "./refuse-what-fails.ts";
import { defaultTrainSettings, experimentSchema, type ExperimentInput } from "./experiment-schema.ts";
import type { BenchmarkChoice, Experiment, Student } from "./experiment.ts";
import type { VariantName } from "./variants.ts";

const defaultVariants: readonly VariantName[] = ["base", "original", "common", "s-a", "s-a2", "a2"];

/**
 * Reads an experiment file. Paths in it are from the working directory, as those of a run's config
 * file are.
 * @throws UsageError with the file, the line and the key of the first mistake.
 */
export function readExperiment(path: string): Experiment {
  const file = readYamlFile(path, "experiment file");
  const result = experimentSchema.safeParse(withCamelKeys(file.value), { reportInput: true });
  if (!result.success) refuseFirst(file, result.error.issues);
  const input = result.data;
  const name = basename(path).replace(/\.(?:ya?ml|json)$/, "");
  const { seeds = [0], variants = defaultVariants } = input;
  const experiment: Experiment = {
    name,
    students: input.models.map((entry) => studentOf(entry, input)),
    variants,
    benchmarks: input.benchmarks.map((entry, index) => ({
      ...benchmarkOf(entry),
      place: file.placeOf(["benchmarks", String(index)]),
    })),
    seeds,
    train: input.train ?? defaultTrainSettings,
    evaluate: input.evaluate ?? {},
    judge: input.judge,
    prices: input.prices,
    dataRoot: input.dataRoot,
    python: input.python,
    out: input.out ?? `experiments/${name}`,
  };
  refuseTwice(
    file,
    "models",
    experiment.students.map(({ name }) => name),
    "give each a name of its own",
  );
  refuseTwice(file, "variants", variants, "name each once");
  refuseTwice(
    file,
    "benchmarks",
    experiment.benchmarks.map(({ on }) => on),
    "name each once",
  );
  refuseTwice(file, "seeds", seeds.map(String), "name each once");
  refuseWithoutRun(file, experiment);
  refuseWhatFails(file, experiment);
  return experiment;
}

function studentOf(entry: ExperimentInput["models"][number], { run, kdRun }: ExperimentInput): Student {
  const given = typeof entry === "string" ? { model: entry } : entry;
  const name = given.name ?? basename(given.model.replace(/[/\\]+$/, ""));
  const gguf = given.gguf === true ? given.model : given.gguf;
  return { name, gguf, model: given.model, run: given.run ?? run, kdRun: given.kdRun ?? kdRun, systemRole: given.systemRole };
}

function benchmarkOf(entry: ExperimentInput["benchmarks"][number]): BenchmarkChoice {
  const { on, data, limit, shots, judgeRuns, systemAs = "system" } = typeof entry === "string" ? { on: entry } : entry;
  return { on, data, limit, shots, judgeRuns, systemAs: typeof systemAs === "string" ? [systemAs] : systemAs };
}

function refuseTwice(file: YamlFile, key: string, names: readonly string[], advice: string): void {
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice !== -1) file.refuse([key, String(twice)], `"${names[twice] ?? ""}" is here twice; ${advice}`);
}

function refuseWithoutRun(file: YamlFile, { students, variants }: Experiment): void {
  for (const { name, run, kdRun } of students) {
    const missing = variants.find((variant) => variant !== "base" && (variant === "kd" ? kdRun : run) === undefined);
    if (missing === undefined) continue;
    const key = missing === "kd" ? "kdRun" : "run";
    file.refuse(
      ["variants", String(variants.indexOf(missing))],
      `the variant ${missing} of ${name} needs the key "${key}", the folder of a run${missing === "kd" ? " by another model" : ""}`,
    );
  }
}

/** Keys as the schema has them, in the file's own keys and in those of models and benchmarks. */
function withCamelKeys(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.map((item) => withCamelKeys(item, depth));
  if (typeof value !== "object" || value === null || depth > 1) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      camelKey(key),
      /^(?:request|headers|prices)$/i.test(key) ? inner : withCamelKeys(inner, depth + 1),
    ]),
  );
}

type Issue = z.core.$ZodIssue;

function refuseFirst(file: YamlFile, [first]: readonly Issue[]): never {
  if (first === undefined) throw new TypeError("a value that does not fit has an issue");
  const issue = innermost(first);
  const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const at = [...issue.path, ...(unknown === undefined ? [] : [unknown])].map(String);
  return file.refuse(
    at,
    unknown === undefined ? issueInWords(issue) : `unknown key. Known keys: ${knownKeys(experimentSchema, issue.path).join(", ")}`,
  );
}

/** Of a text or keys, what is wrong with the keys where keys were given. */
function innermost(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors
    .map(([first]) => first)
    .find((first) => first !== undefined && !(first.code === "invalid_type" && first.path.length === 0));
  return inner === undefined ? issue : innermost({ ...inner, path: [...issue.path, ...inner.path] });
}
