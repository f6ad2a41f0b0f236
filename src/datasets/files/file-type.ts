import type { Row } from "../../records/row.ts";

/** How a file type makes rows of bytes, and bytes of rows. */
export interface FileType {
  readonly name: string;
  /** File name endings that mean this type, with the dot. */
  readonly endings: readonly string[];
  /**
   * The rows, as many at once as one chunk of the file gives: waiting for each row alone would cost more than reading it.
   * @throws UsageError when the file as a whole is not of this type; a bad row is a row with a problem.
   */
  read(source: FileSource, limits: RowLimits): AsyncGenerator<readonly Row[], void, void>;
  /** Writes a file under a name that has one of the endings; also a compressed one, where the type allows it. */
  write(rows: RowsToWrite, path: string): Promise<void>;
  /** How many rows a file holds, where its metadata says so. */
  count?(path: string): Promise<number>;
}

export interface FileSource {
  /** The file's name, for messages. */
  readonly name: string;
  /** Its bytes, decompressed, without a byte order mark. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Where the same bytes are on disk; undefined when they are compressed there, or come from a pipe. */
  readonly path: string | undefined;
}

export interface RowLimits {
  /** A row of more bytes than this is rejected, unread. */
  readonly maxRowBytes: number;
}

/** Rows that can be gone through more than once: types of columns are found before the first row is written. */
export type RowsToWrite = () => AsyncIterable<Readonly<Record<string, unknown>>> | Iterable<Readonly<Record<string, unknown>>>;
