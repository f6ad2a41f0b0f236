import { UsageError } from "../errors.ts";
import type { Layout, SplitFiles } from "./layout.ts";
import { formatHubReference, type HubReference } from "./reference.ts";

/** The files of the chosen config and split. */
export interface Choice extends SplitFiles {
  readonly config: string;
  readonly split: string;
}

/**
 * Finds the config and split of a reference. The config defaults to the one that the card marks as
 * default, then to `default`, then to the only one. The split defaults to `train`, then to the only
 * one.
 * @throws UsageError that lists the configs or splits and shows how to name one.
 */
export function chooseSplit(layout: Layout, reference: HubReference): Choice {
  const configs = layout.map(({ name }) => name);
  const config =
    reference.config === undefined
      ? (layout.find(({ isDefault }) => isDefault) ?? layout.find(({ name }) => name === "default") ?? onlyOne(layout))
      : layout.find(({ name }) => name === reference.config);
  if (config === undefined) {
    const problem = reference.config === undefined ? "several configs and no default" : `no config "${reference.config}"`;
    const example = formatHubReference({ ...reference, config: configs[0] ?? "default" });
    throw new UsageError(`The data set ${reference.repo} has ${problem}. Its configs: ${list(configs)}. Name one: ${example}`);
  }
  const splits = [...config.splits.keys()];
  const split = reference.split ?? (config.splits.has("train") ? "train" : onlyOne(splits));
  const files = split === undefined ? undefined : config.splits.get(split);
  if (split === undefined || files === undefined) {
    const problem = reference.split === undefined ? "several splits and none is train" : `no split "${reference.split}"`;
    // In a reference, a repository name of one part takes a split only after a config.
    const named = reference.repo.includes("/") ? reference : { ...reference, config: config.name };
    const example = formatHubReference({ ...named, split: splits[0] ?? "train" });
    throw new UsageError(
      `The data set ${reference.repo}, config ${config.name}, has ${problem}. Its splits: ${list(splits)}. Name one: ${example}`,
    );
  }
  return { config: config.name, split, ...files };
}

function onlyOne<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}

/** The names as text. Only the first 30, because some datasets have hundreds of configs. */
function list(names: readonly string[]): string {
  const shown = names.slice(0, 30).join(", ");
  return names.length > 30 ? `${shown} and ${names.length - 30} more` : shown;
}
