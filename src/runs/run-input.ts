import type { Format } from "../datasets/formats/format.ts";
import { formatByName } from "../datasets/formats/index.ts";
import { UsageError } from "../errors.ts";
import { textSetting, type Manifest } from "./manifest.ts";

/** What a run's rows were read from. */
export interface RunInput {
  /** An absolute path or pattern, a reference to the hub, or `-` for standard input. */
  readonly input: string;
  readonly format: Format;
}

/**
 * @throws UsageError when run.json does not say it, or names a format that this version does not
 * know.
 */
export function inputOf(folder: string, manifest: Manifest): RunInput {
  const input = textSetting(manifest, "input");
  const format = textSetting(manifest, "format");
  if (input === undefined || format === undefined)
    throw new UsageError(`${folder}/run.json does not say what its input was. Run it again with this version.`);
  return { input, format: formatByName(format, manifest.config?.columns) };
}
