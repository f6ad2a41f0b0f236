import type { Card, CardConfig } from "./card.ts";
import { inNaturalOrder, isDataFile, ofOneKind, splitsByName } from "./data-file-names.ts";
import { patternTest } from "./file-pattern.ts";

/** The files of a split. `isPartial`: the hub converted only its beginning. */
export interface SplitFiles {
  readonly paths: readonly string[];
  readonly isPartial: boolean;
}

export interface ConfigFiles {
  readonly name: string;
  readonly isDefault: boolean;
  readonly splits: ReadonlyMap<string, SplitFiles>;
}

/** Which files a revision has for which config and split. */
export type Layout = readonly ConfigFiles[];

/** The hub's Parquet conversion: `<config>/<split>/0000.parquet`, or `<config>/partial-<split>/` when it stopped on the way. */
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

/** The files as their owner put them: as the card's configs say, else by the hub's conventions in one config `default`. */
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
