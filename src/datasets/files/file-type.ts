import type { Row } from "../../records/row.ts";

/** How a file type makes rows of bytes. Rows travel one by one; nothing but the current row is held. */
export interface FileType {
  readonly name: string;
  /** File name endings that mean this type, with the dot. */
  readonly endings: readonly string[];
  read(chunks: AsyncIterable<Buffer>, limits: RowLimits): AsyncGenerator<Row, void, void>;
}

export interface RowLimits {
  /** A row of more bytes than this is rejected, unread. */
  readonly maxRowBytes: number;
}
