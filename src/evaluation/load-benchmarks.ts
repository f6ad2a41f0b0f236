import { UsageError } from "../errors.ts";
import type { Benchmark, LoadedBenchmark, LoadOptions, Walk } from "./benchmarks/benchmark.ts";
import { benchmarks } from "./benchmarks/index.ts";
import type { EvaluateConfig } from "./evaluate-config.ts";

/** A benchmark that is to be asked. */
export interface ToAsk {
  readonly benchmark: Benchmark;
  readonly loaded: LoadedBenchmark;
  /** The items that are asked, the first ones where there is a limit. */
  readonly walks: readonly Walk[];
}

/** The benchmarks of a configuration, by who asks them. */
export interface Chosen {
  readonly own: readonly Benchmark[];
  /** Names of tasks of lm-evaluation-harness. */
  readonly harness: readonly string[];
}

/**
 * The benchmarks that are named. Those that code checks come first, so that a judge that fails
 * costs none of them.
 * @throws UsageError for a name that nobody knows, for data of a benchmark that is not asked, and
 * when a judge is needed and none is named.
 */
export function chooseBenchmarks(
  { on, data, judge }: Pick<EvaluateConfig, "on" | "data"> & { readonly judge: object | undefined },
  harness: readonly string[],
): Chosen {
  const unknown = on.find((name) => !harness.includes(name) && !benchmarks.some((benchmark) => benchmark.name === name));
  if (unknown !== undefined)
    throw new UsageError(`Unknown benchmark "${unknown}". Expected ${[...benchmarks.map(({ name }) => name), ...harness].join(", ")}.`);
  const unasked = Object.keys(data).find((name) => !on.includes(name));
  if (unasked !== undefined)
    throw new UsageError(`--data ${unasked}=...: ${unasked} is not among the benchmarks of --on, ${on.join(", ")}.`);
  const own = on.flatMap((name) => benchmarks.find((benchmark) => benchmark.name === name) ?? []);
  const judged = own.filter(({ checkedBy }) => checkedBy === "judge");
  if (judged.length > 0 && judge === undefined)
    throw new UsageError(
      `Which model is to judge ${judged.map(({ name }) => name).join(" and ")}? Give --judge-model: best one of another family than the model that is evaluated.`,
    );
  return { own: [...own.filter(({ checkedBy }) => checkedBy === "code"), ...judged], harness: on.filter((name) => harness.includes(name)) };
}

/**
 * Reads the data of benchmarks, before anything is asked.
 * @throws UsageError when data is not there or no data of its benchmark, and for two items of one
 * id.
 */
export async function loadBenchmarks(
  chosen: readonly Benchmark[],
  { data, limit, hideSystem }: Pick<EvaluateConfig, "data" | "limit" | "hideSystem">,
  options: Omit<LoadOptions, "data" | "hideSystem">,
): Promise<ToAsk[]> {
  const loaded: ToAsk[] = [];
  for (const benchmark of chosen) {
    const read = await benchmark.load({ ...options, data: data[benchmark.name], hideSystem });
    const ids = new Set<string>();
    for (const { id } of read.walks) {
      if (ids.has(id)) throw new UsageError(`${benchmark.name}: two items of ${read.data.from} have the id ${id}.`);
      ids.add(id);
    }
    loaded.push({ benchmark, loaded: read, walks: read.walks.slice(0, limit) });
  }
  return loaded;
}
