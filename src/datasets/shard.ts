import { hash64 } from "../platform/hash64.ts";
import type { Example } from "../records/example.ts";
import type { Row, RowProblem } from "../records/row.ts";

/** One of several parts of a dataset. */
export interface Shard {
  /** From 1 to `of`, or `draw` for the rows that are drawn out of the first ones. */
  readonly index: number | "draw";
  /** How many numbered shards there are. */
  readonly of: number;
}

/** What a row's shard depends on. */
interface Sharded {
  readonly row: Row;
  readonly content: { readonly example: Example } | { readonly problem: RowProblem };
}

/** A shard as it is written, such as `3/64` or `draw`. */
export function shardName({ index, of }: Shard): string {
  return index === "draw" ? "draw" : `${index}/${of}`;
}

/**
 * Returns a function that tells which rows belong to a shard. The hash of its conversation decides,
 * so that rows that say the same meet in one shard and their calls are paid once. Rows with the
 * conversation of a drawn row belong to the draw, since calls about drawn rows are made there.
 * @param drawn The drawn rows. None where nothing is drawn, and then no row belongs to the draw.
 */
export function rowsOfShard({ index, of }: Shard, drawn: readonly Sharded[]): (entry: Sharded) => boolean {
  const inDraw = new Set(drawn.map(hashOfRow));
  return (entry) => {
    const number = hashOfRow(entry);
    return index === (inDraw.has(number) ? "draw" : (number % of) + 1);
  };
}

/** 53 bits of a hash of the conversation. A row that holds none is hashed as its file has it. */
function hashOfRow({ content, row }: Sharded): number {
  if (!("example" in content)) return hashOfText(row.raw);
  let text = "";
  for (const turn of content.example.messages) text += `${turn.role}\0${turn.content}\0`;
  return hashOfText(text);
}

function hashOfText(text: string): number {
  const [high, low] = hash64(text);
  return (high & 0x1fffff) * 2 ** 32 + low;
}
