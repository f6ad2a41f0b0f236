const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of bytes; undefined where they are no UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** What is wrong with a row that is no UTF-8. @param lossy the row, with replacement characters where its bytes are none. */
export function notUtf8(lossy: string): string {
  const at = lossy.indexOf("\uFFFD");
  return `expected UTF-8 text, found bytes that are none near character ${at + 1} of the row; save the file as UTF-8`;
}
