import { RowError, type Format } from "../datasets/formats/format.ts";
import { formatByName } from "../datasets/formats/index.ts";
import { formatOf } from "../datasets/formats/own-format.ts";
import { UsageError } from "../errors.ts";
import { textSetting, type Manifest } from "./manifest.ts";

/** What a run's rows were read from. */
export interface RunInput {
  /** An absolute path or pattern, a reference to the hub, or `-` for standard input. */
  readonly input: string;
  readonly format: Format;
}

/**
 * What a run was made from. A format of the user's own is known by name alone, if it is not given.
 * @param own Formats of the user's own.
 * @throws UsageError when run.json does not say it, or names a format that this version does not
 * know.
 */
export function inputOf(folder: string, manifest: Manifest, own: readonly Format[] = []): RunInput {
  const input = textSetting(manifest, "input");
  const format = textSetting(manifest, "format");
  if (input === undefined || format === undefined)
    throw new UsageError(`${folder}/run.json does not say what its input was. Run it again with this version.`);
  const isUnknown = `code.format.${format}` in manifest.identity && !own.some(({ name }) => name === format);
  return { input, format: isUnknown ? formatOf({ name: format, read: unread }) : formatByName(format, manifest.config?.columns, own) };
}

function unread(): never {
  throw new RowError("own-format", "the row was read with a format of one's own, which is not here");
}
