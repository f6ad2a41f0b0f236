import { ModelError } from "../errors.ts";
import { CallWaits } from "../models/call-waits.ts";
import { RowDropped } from "../phases/row-dropped.ts";

/**
 * Asks about each row of a draw. A row is left out that lost all its phrases or does not fit the
 * context. So is one whose calls fail although those of most others do not, because a single row
 * must not keep all others waiting.
 * @returns What was found, in the order of the draw.
 * @throws ModelError that every call would meet, and when the calls of half the draw failed.
 * @throws CallWaits when a row waits for a reply, once all rows were asked about.
 */
export async function askDraw<Row, Found>(draw: readonly Row[], ask: (row: Row) => Promise<Found | undefined>): Promise<Found[]> {
  const failures: ModelError[] = [];
  let waiting: CallWaits | undefined;
  const asked = await Promise.all(
    draw.map((row) =>
      ask(row).catch((error: unknown) => {
        if (error instanceof RowDropped) return undefined;
        if (error instanceof CallWaits) return void (waiting = error);
        if (!(error instanceof ModelError) || error.stops === "always") throw error;
        if (error.kind !== "context-overflow") failures.push(error);
        return undefined;
      }),
    ),
  );
  if (waiting !== undefined) throw waiting;
  const [first] = failures;
  if (first !== undefined && 2 * failures.length >= draw.length) throw first;
  return asked.filter((found) => found !== undefined);
}
