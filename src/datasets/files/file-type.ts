import type { Row } from "../../records/row.ts";

/** How a file type turns bytes into rows and rows into bytes. */
export interface FileType {
  readonly name: string;
  /** File name endings that mean this type, with the dot. */
  readonly endings: readonly string[];
  /**
   * The file's rows, as many at a time as one chunk of the file gives. Yielding single rows would
   * cost more time than reading them. A row that cannot be read comes as an `UnreadableRow`.
   * @throws UsageError when the file as a whole is not of this type.
   */
  read(source: FileSource, limits: RowLimits): AsyncGenerator<readonly Row[], void, void>;
  /**
   * Writes a file whose name has one of `endings`, or such an ending and a compression's when the
   * type allows compression.
   */
  write(rows: RowsToWrite, path: string): Promise<void>;
  /**
   * The number of rows by the file's own metadata. Missing for types whose files do not record it.
   */
  count?(path: string): Promise<number>;
}

/** A file to be read. */
export interface FileSource {
  /** The file's name in messages. */
  readonly name: string;
  /** The decompressed bytes, without a byte order mark. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /**
   * Where the same bytes are on disk. Undefined when the file on disk is compressed, or the bytes
   * come from a pipe.
   */
  readonly path: string | undefined;
}

/** Limits on what is read as one row. */
export interface RowLimits {
  /**
   * A row larger than this is rejected, usually as `row-too-large`. JSON and JSON Lines count
   * bytes. CSV and Parquet count UTF-16 code units of text.
   */
  readonly maxRowBytes: number;
}

/**
 * Rows that can be iterated more than once. Some file types look for all columns in a first pass
 * and write in a second.
 */
export type RowsToWrite = () => AsyncIterable<Readonly<Record<string, unknown>>> | Iterable<Readonly<Record<string, unknown>>>;
