import { attempts } from "./attempts.ts";
import { lockWaitSeconds, serverLines, shellWord, type Engine } from "./engine.ts";

/** Slurm, https://slurm.schedmd.com/job_array.html. A shard is a task of a job array. */
export const slurm: Engine = {
  name: "slurm",
  file: "slurm.sh",
  start: (path) => `sbatch ${shellWord(path)}`,
  script(facts) {
    const { out, shards, program, codes } = facts;
    return [
      "#!/usr/bin/env bash",
      "# A run in shards as a job array of Slurm. This file is yours to edit: sysgen does not read it.",
      `#SBATCH --job-name=sysgen`,
      `#SBATCH --array=1-${shards}`,
      "# With %8 behind the numbers at most 8 tasks run at once. A cluster may allow 1,000 tasks an array (MaxArraySize).",
      "##SBATCH --partition=gpu --gpus=1 --cpus-per-task=8 --mem=32G --time=24:00:00",
      "# A task whose machine is lost is queued again, and goes on from its journal.",
      "#SBATCH --requeue",
      `#SBATCH --open-mode=append --output=${sbatchWord(`${out.replaceAll("%", "%%")}/shards/log-%a.txt`)}`,
      "# Two minutes before the time is up, calls in flight are ended and kept.",
      "#SBATCH --signal=B:TERM@120",
      "",
      ...serverLines(facts),
      "",
      ...attempts(
        `${program.map(shellWord).join(" ")} run --shard env --out ${shellWord(out)} --wait-for-lock ${lockWaitSeconds} --quiet`,
        codes,
      ),
      `exit "$code"`,
      "",
    ].join("\n");
  },
};

/** A value as sbatch reads it in a line of the script, which no shell reads. */
function sbatchWord(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
