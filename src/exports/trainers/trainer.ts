/** One data file of an export. */
export interface ExportedSplit {
  /** `train`, `validation`, `test` or another name of letters, digits and underscores. */
  readonly name: string;
  /** The data file's name, in the folder of the export. */
  readonly file: string;
  readonly rows: number;
}

/**
 * What a trainer's files are made of. A reader may take a column by its name. A column that any row
 * of the export has (`tools`, or alpaca's `system` and `history`) is therefore in every file. Rows
 * without a value hold null, where `extraColumns` allows it.
 */
export interface ExportFacts {
  readonly datasetName: string;
  /** One of the trainer's `formats`. */
  readonly format: string;
  readonly splits: readonly ExportedSplit[];
  /** Whether any row has tool calls or a list of tools. */
  readonly hasTools: boolean;
  /** Whether any row has a system message (in alpaca rows, the `system` column). */
  readonly hasSystem: boolean;
  /** Whether any row has more than one response (in alpaca rows, the `history` column). */
  readonly multiTurn: boolean;
}

/** A file to write beside the data files. `path` is relative to the folder of the export. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/**
 * How a preferred and a rejected response are laid out. `messages` is TRL's, where prompt and both
 * sides are lists of messages. `sharegpt` is LLaMA-Factory's, where each side is one turn.
 */
export type PairLayout = "messages" | "sharegpt";

/**
 * A program that fine-tunes models, with the rows that it reads and the files that it needs beside
 * them.
 */
export interface Trainer {
  readonly name: string;
  /** Names of the row formats that it reads (`src/datasets/formats`). The first is the default. */
  readonly formats: readonly [string, ...string[]];
  /** Those of its formats in which tool calls reach the model as they stand in the row. */
  readonly toolFormats: readonly [string, ...string[]];
  /** How it reads rows of the format `preference`. Undefined where it does not. */
  readonly pairs?: PairLayout;
  /** Ending of the data files. */
  readonly ending: ".jsonl" | ".json";
  /** Whether a row may hold columns beside the format's own. */
  readonly extraColumns: boolean;
  /**
   * Whether the `tools` column and the `arguments` of a tool call are written as JSON text, not as
   * a list and an object. `datasets` before 4.7 merges objects of unlike shape into one and fills
   * it up with nulls, which text escapes. A chat template, though, prints arguments that are text
   * in quotes unless the trainer parses them first.
   */
  readonly jsonText: { readonly tools: boolean; readonly arguments: boolean };
  /**
   * The configuration files. Their paths are relative to the folder of the export, where the
   * trainer is to be started.
   */
  configFiles(facts: ExportFacts): ConfigFile[];
  /**
   * The whole `README.md`, with the commands and what a person must know. TRL reads its front
   * matter, so nothing may come before it.
   */
  readme(facts: ExportFacts): string;
}
