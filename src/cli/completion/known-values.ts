import { configJsonSchema } from "../../config/json-schema.ts";
import { fileTypes } from "../../datasets/files/index.ts";
import { formatNames } from "../../datasets/formats/index.ts";
import { trainers } from "../../exports/trainers/index.ts";
import { catalog } from "../../models/weights/catalog.ts";
import type { KnownValues, Offer } from "./tree.ts";

const models: Offer = { words: catalog.map(({ name }) => name), paths: "files" };

const byName: Readonly<Record<string, Offer>> = {
  format: { words: formatNames },
  fileType: { words: fileTypes.map(({ name }) => name) },
  model: models,
  judgeModel: models,
  secondJudgeModel: models,
  for: { words: [...trainers.map(({ name }) => name), "hub"] },
  system: { words: ["generated", "none", "original", "common:"] },
  similarity: { words: ["off", "use-lite"], paths: "files" },
  retry: { words: ["dropped"] },
  "<input>": { words: [], paths: "files" },
  "<run>": { words: [], paths: "folders" },
  "<name>": { words: models.words },
};

/**
 * What options and arguments may be that commander does not know. A key of the config file that is
 * one of several words may be each of these.
 */
export function knownValues(): KnownValues {
  const { properties } = configJsonSchema();
  return (name) => {
    const words = properties[name]?.enum;
    return byName[name] ?? (words === undefined ? undefined : { words });
  };
}
