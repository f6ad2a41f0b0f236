import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { UsageError } from "../errors.ts";
import { readManifest, type Manifest } from "../runs/manifest.ts";
import { runFiles } from "../runs/run-files.ts";
import { isAllMerged, shardsLeft, type ShardsLeft } from "../runs/shards-left.ts";

const waitingRows = z.object({ waiting: z.number() });
/** What is read of a plan here. `merge --pay` writes what was paid twice once all is taken over. */
const plannedShards = z.object({ shards: z.number(), closed: z.object({ paidTwice: z.unknown() }).optional() });

/**
 * Refuses a run over all rows of a plan in shards, and a preview of them, while shards have rows to
 * pay for or have paid for what the whole does not know. Both would pay for them.
 * @throws UsageError when the shards are not merged, and when not all of them were through.
 */
export async function refusePlanned(out: string): Promise<void> {
  const { plan: path, manifest: manifestPath } = runFiles(out);
  if (!existsSync(path)) return;
  const manifest = await readManifest(manifestPath);
  if (manifest === undefined)
    throw new UsageError(
      `${out} is planned in shards, and they are not merged yet. Run "sysgen merge ${out}", or choose another --out for a run of its own.`,
    );
  const plan = plannedShards.safeParse(await jsonOf(path)).data;
  if (plan?.closed?.paidTwice !== undefined) return;
  const left = await shardsLeft(out);
  const toDo = `Merge again once they are through, or pay for the rest here: sysgen merge ${out} --pay`;
  const [atWork] = left.atWork;
  if (atWork !== undefined) throw new UsageError(`Shard ${atWork} of ${out} is at work, and this would pay for what it pays for. ${toDo}`);
  if (manifest.merged === undefined ? isMergedByOther(manifest, left, out, plan?.shards) : isAllMerged(manifest.merged, left)) return;
  const waiting = waitingOf(manifest);
  if (waiting > 0) throw new UsageError(`${out} was merged without ${waiting} of its rows, which its shards had not made. ${toDo}`);
  throw new UsageError(`Not all shards of ${out} were through when they were last merged, or they have paid since. ${toDo}`);
}

/**
 * Whether another version merged all shards. It did not say so, but shards that are through and
 * rows of which none waits tell it. Folders of shards may have been removed since.
 */
function isMergedByOther(manifest: Manifest, { begun, unfinished }: ShardsLeft, out: string, planned: number | undefined): boolean {
  if (unfinished.length > 0) return false;
  // Rows of a run after the merge may wait for batches.
  if (waitingOf(manifest) > 0) return existsSync(runFiles(out).batches);
  const isWhole = manifest["summary"] !== undefined && (manifest.state === "finished" || manifest.state === "stopped");
  return isWhole || (planned !== undefined && begun >= planned);
}

function waitingOf(manifest: Manifest): number {
  return waitingRows.safeParse(manifest["summary"]).data?.waiting ?? 0;
}

/** Undefined for a file that is no JSON. */
async function jsonOf(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}
