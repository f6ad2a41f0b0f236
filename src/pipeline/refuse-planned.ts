import { existsSync } from "node:fs";
import { z } from "zod";
import { UsageError } from "../errors.ts";
import { readManifest } from "../runs/manifest.ts";
import { runFiles } from "../runs/run-files.ts";

const waitingRows = z.object({ waiting: z.number() });

/**
 * Refuses a run over all rows of a plan in shards while shards have rows to pay for. Both would pay
 * for them.
 * @throws UsageError when the shards are not merged, or were merged and rows are missing.
 */
export async function refusePlanned(out: string): Promise<void> {
  const { plan, manifest: path, batches } = runFiles(out);
  if (!existsSync(plan)) return;
  const manifest = await readManifest(path);
  if (manifest === undefined)
    throw new UsageError(
      `${out} is planned in shards, and they are not merged yet. Run "sysgen merge ${out}", or choose another --out for a run of its own.`,
    );
  const waiting = waitingRows.safeParse(manifest["summary"]).data?.waiting ?? 0;
  // Rows of a run after the merge may wait for batches.
  if (waiting > 0 && !existsSync(batches))
    throw new UsageError(
      `${out} was merged without ${waiting} of its rows, which its shards had not made. Merge again once they are through, or pay for the rest here: sysgen merge ${out} --pay`,
    );
}
