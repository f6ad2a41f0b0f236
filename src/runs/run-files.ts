import { join } from "node:path";

/** The files of a run directory. */
export function runFiles(folder: string) {
  return {
    dataset: join(folder, "dataset.jsonl"),
    rejected: join(folder, "rejected.jsonl"),
    manifest: join(folder, "run.json"),
    journal: join(folder, "journal.jsonl"),
    /** Rows that were tried anew (`--retry`). */
    retries: join(folder, "retries.jsonl"),
    results: join(folder, "results.bin"),
    index: join(folder, "index.sqlite"),
    /**
     * What `sysgen judge` found with the system message in sight. The files `judgeHidden...` are of
     * judging with it hidden.
     */
    judge: join(folder, "judge.json"),
    judgeRows: join(folder, "judge-rows.jsonl"),
    judgeHidden: join(folder, "judge-hidden.json"),
    judgeHiddenRows: join(folder, "judge-hidden-rows.jsonl"),
    /** Makes the folder that of an evaluation, which is no run (`sysgen evaluate`). */
    evaluation: join(folder, "evaluate.json"),
    /** Marks that people gave to rows in `sysgen view`. */
    marks: join(folder, "marks.jsonl"),
    /** What was done with each batch (`--batch`). */
    batches: join(folder, "batches.jsonl"),
    /** The files of requests and replies of batches. */
    batchFolder: join(folder, "batches"),
    lock: join(folder, ".lock"),
    /** What the tasks of a run in shards go by. */
    plan: join(folder, "shards", "plan.json"),
    /** Which process writes here (`Owner`). */
    owner: join(folder, ".owner"),
  };
}

export type RunFiles = ReturnType<typeof runFiles>;
