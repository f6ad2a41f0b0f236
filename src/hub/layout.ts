import type { Card, CardConfig } from "./card.ts";
import { inNaturalOrder, isDataFile, ofOneKind, splitsByName } from "./data-file-names.ts";
import { patternTest } from "./file-pattern.ts";

/** The files of a split. `isPartial` is true when the hub converted only the split's beginning. */
export interface SplitFiles {
  readonly paths: readonly string[];
  readonly isPartial: boolean;
}

/** The files of a config, by split. */
export interface ConfigFiles {
  readonly name: string;
  readonly isDefault: boolean;
  readonly splits: ReadonlyMap<string, SplitFiles>;
}

/** The files of a revision by config and split. */
export type Layout = readonly ConfigFiles[];

/**
 * The layout of the hub's Parquet conversion (https://huggingface.co/docs/dataset-viewer/parquet).
 * Its files are `<config>/<split>/0000.parquet`, or `<config>/partial-<split>/0000.parquet` when
 * the hub converted only the beginning.
 */
export function conversionLayout(paths: readonly string[], card: Card): Layout {
  const configs = new Map<string, Map<string, SplitFiles>>();
  for (const path of inNaturalOrder(paths)) {
    const [, config, partial, split] = /^([^/]+)\/(partial-)?([^/]+)\/[^/]+\.parquet$/.exec(path) ?? [];
    if (config === undefined || split === undefined) continue;
    const splits = configs.get(config) ?? new Map<string, SplitFiles>();
    const before = splits.get(split)?.paths ?? [];
    splits.set(split, { paths: [...before, path], isPartial: partial !== undefined });
    configs.set(config, splits);
  }
  const marked = card.configs.find((config) => config.isDefault)?.name;
  return [...configs].map(([name, splits]) => ({ name, isDefault: name === marked, splits }));
}

/**
 * The layout of the owner's files, as the card's configs say. Without configs in the card, one
 * config `default` with splits by the hub's conventions.
 */
export function branchLayout(paths: readonly string[], card: Card): Layout {
  const configs: readonly CardConfig[] =
    card.configs.length > 0 ? card.configs : [{ name: "default", isDefault: false, folder: undefined, patterns: undefined }];
  return configs
    .map((config) => ({ name: config.name, isDefault: config.isDefault, splits: splitsOf(config, paths) }))
    .filter(({ splits }) => splits.size > 0);
}

function splitsOf({ folder, patterns }: CardConfig, paths: readonly string[]): Map<string, SplitFiles> {
  const prefix = folder === undefined || folder === "." ? "" : `${folder}/`;
  const below = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  const named: Iterable<readonly [string, readonly string[]]> =
    patterns?.map(({ split, paths }) => [split, matching(below, paths)] as const) ?? splitsByName(below);
  const splits = new Map<string, SplitFiles>();
  for (const [split, all] of named) {
    const whole = ofOneKind(all).map((path) => prefix + path);
    if (whole.length > 0) splits.set(split, { paths: whole, isPartial: false });
  }
  return splits;
}

function matching(paths: readonly string[], patterns: readonly string[]): string[] {
  const tests = patterns.map(patternTest);
  return paths.filter((path) => isDataFile(path) && tests.some((test) => test(path)));
}
