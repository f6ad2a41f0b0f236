import { stat } from "node:fs/promises";

/** Size and time of an input file: another stamp means that its rows may have changed. Undefined for stdin and pipes. */
export async function inputStamp(input: string): Promise<string | undefined> {
  const info = input === "-" ? undefined : await stat(input).catch(() => undefined);
  return info?.isFile() === true ? `${info.size}:${info.mtimeMs}` : undefined;
}
