const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes as text. Undefined when they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * A message about a row that is not valid UTF-8.
 * @param lossy The row's text, with replacement characters for the invalid bytes.
 */
export function notUtf8(lossy: string): string {
  const at = lossy.indexOf("\uFFFD");
  return `expected UTF-8 text, found bytes that are none near character ${at + 1} of the row; save the file as UTF-8`;
}
