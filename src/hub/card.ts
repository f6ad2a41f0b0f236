import { z } from "zod";
import { messageOf } from "../errors.ts";

/**
 * A config of a dataset's card, with the files that belong to it
 * (https://huggingface.co/docs/hub/datasets-manual-configuration).
 */
export interface CardConfig {
  readonly name: string;
  readonly isDefault: boolean;
  /** The folder that the patterns, or the hub's conventions when there are none, apply to. */
  readonly folder: string | undefined;
  /** The file patterns of each split. Undefined when the hub's conventions decide. */
  readonly patterns: readonly { readonly split: string; readonly paths: readonly string[] }[] | undefined;
}

/** The YAML block at the top of a dataset's README.md. */
export interface Card {
  /** The licence's id or name. Several are joined by commas. */
  readonly licence: string | undefined;
  readonly configs: readonly CardConfig[];
  /** Number of rows of a split, as the card states it. Undefined when it does not. */
  rowsOf(config: string, split: string): number | undefined;
}

const paths = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const dataFiles = z.union([
  paths.transform((all) => [{ split: "train", paths: all }]),
  z.array(z.object({ split: z.coerce.string(), path: paths })).transform((all) => all.map(({ split, path }) => ({ split, paths: path }))),
  z.record(z.string(), paths).transform((map) => Object.entries(map).map(([split, all]) => ({ split, paths: all }))),
]);
const configs = z
  .array(
    z.object({
      config_name: z.coerce.string().default("default"),
      default: z.boolean().default(false),
      data_dir: z.string().optional(),
      data_files: dataFiles.nullish(),
    }),
  )
  .nullish();
const split = z.object({ name: z.coerce.string().optional(), num_examples: z.number().optional() });
const info = z.object({
  config_name: z.coerce.string().default("default"),
  splits: z
    .union([
      z.array(split),
      z.record(z.string(), split).transform((map) => Object.entries(map).map(([name, one]) => ({ ...one, name: one.name ?? name }))),
    ])
    .catch([]),
});
const licence = z.union([z.string(), z.array(z.string())]);
const cardSchema = z.object({
  configs,
  license: licence.nullish().catch(undefined),
  license_name: z.string().nullish().catch(undefined),
  dataset_info: z
    .union([z.array(info), info])
    .transform((value) => [value].flat())
    .catch([]),
});

/**
 * Reads the card from the text of a README.md. A text without a YAML block is an empty card. So is
 * one whose YAML cannot be read, and `onNotice` is called then.
 */
export async function readCard(readme: string, onNotice?: (text: string) => void): Promise<Card> {
  const yaml = /^\uFEFF?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$/ms.exec(readme)?.[1];
  const { parse } = await import("yaml");
  let read: z.infer<typeof cardSchema>;
  try {
    const value: unknown = yaml === undefined ? {} : parse(yaml, { logLevel: "error" });
    read = cardSchema.parse(value ?? {});
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    onNotice?.(`The data set's card cannot be read (${why.split("\n").slice(0, 3).join(" ")}); its files are chosen by their names.`);
    read = { dataset_info: [] };
  }
  const named = read.license === "other" && read.license_name ? read.license_name : read.license;
  return {
    licence: named === undefined || named === null ? undefined : [named].flat().join(", "),
    configs: (read.configs ?? []).map((config) => ({
      name: config.config_name,
      isDefault: config.default,
      folder: config.data_dir?.replace(/^\.?\/+|\/+$/g, "") || undefined,
      patterns: config.data_files ?? undefined,
    })),
    rowsOf: (config, split) =>
      read.dataset_info?.find((one) => one.config_name === config)?.splits.find((one) => one.name === split)?.num_examples,
  };
}
