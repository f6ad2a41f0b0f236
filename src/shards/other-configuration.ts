import { shardName, type Shard } from "../datasets/shard.ts";
import type { DiffersFrom } from "../pipeline/planned-identity.ts";
import { listed } from "../runs/configuration-change.ts";
import { readManifest } from "../runs/manifest.ts";
import { runFiles } from "../runs/run-files.ts";
import { shardFolder } from "./plan.ts";

/** The shards that were made with another configuration than the plan has, and what differs. */
export async function ofOtherConfiguration(out: string, shards: readonly Shard[], differsFrom: DiffersFrom): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const shard of shards) {
    // One that cannot be read is told of where its results would be taken.
    const manifest = await readManifest(runFiles(shardFolder(out, shard)).manifest).catch(() => undefined);
    const changed = manifest === undefined ? [] : differsFrom(manifest);
    if (changed.length > 0) found.set(shardName(shard), listed(changed));
  }
  return found;
}

/** Names the first of such shards, and says how many others there are. */
export function inWords(others: ReadonlyMap<string, string>): string {
  const [first = ["", ""]] = others;
  const [shard, why] = first;
  const more = others.size === 1 ? "" : `, and so were ${others.size - 1} more`;
  return `Shard ${shard} was made with another configuration (${why})${more}.`;
}
