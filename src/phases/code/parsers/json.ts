/** One JSON value, or one on each line. */
export function syntaxError(code: string): string | undefined {
  const error = valueError(code);
  const lines = code.split("\n").filter((line) => line.trim() !== "");
  return error === undefined || lines.every((line) => valueError(line) === undefined) ? undefined : error;
}

function valueError(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
