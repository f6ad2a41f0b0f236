import { join } from "node:path";

/** The files of a run directory. */
export function runFiles(folder: string) {
  return {
    dataset: join(folder, "dataset.jsonl"),
    rejected: join(folder, "rejected.jsonl"),
    manifest: join(folder, "run.json"),
    store: join(folder, "journal.sqlite"),
    lock: join(folder, ".lock"),
  };
}
