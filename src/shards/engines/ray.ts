import type { Engine } from "./engine.ts";
import { lockWaitSeconds, pausesS, shellWord } from "./engine.ts";

/** Ray, https://docs.ray.io/en/latest/ray-core/tasks.html. A shard is a task with retries. */
export const ray: Engine = {
  name: "ray",
  file: "ray_shards.py",
  start: (path) => `ray job submit -- python ${shellWord(path)}`,
  script({ out, shards, program, codes: { someFailed, usage, budget, nothing } }) {
    return `"""A run in shards as tasks of Ray. This file is yours to edit: sysgen does not read it.

    ray job submit -- python ${out}/shards/ray_shards.py
"""
import ctypes
import os
import signal
import subprocess
import sys
import time

import ray

OUT = ${pythonText(out)}
SHARDS = ${shards}
SYSGEN = [${program.map(pythonText).join(", ")}]  # how sysgen is started on a worker
RESOURCES = {"num_cpus": 1}  # add "num_gpus": 1 where a task hosts the model
PAUSES = [${pausesS.join(", ")}]  # seconds before a further try


def end_with_worker():
    # A sysgen must not outlive the worker that Ray takes for dead. SIGTERM keeps calls in flight.
    if sys.platform == "linux":
        ctypes.CDLL("libc.so.6").prctl(1, signal.SIGTERM)


def run_once(k):
    command = [*SYSGEN, "run", "--shard", f"{k}/{SHARDS}", "--out", OUT, "--wait-for-lock", "${lockWaitSeconds}", "--quiet"]
    with open(os.path.join(OUT, "shards", f"log-{k}.txt"), "a") as log:
        code = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=end_with_worker).wait()
    return code if code >= 0 else 128 - code  # as a shell counts signals


# A task that dies with its worker or machine is Ray's to run again.
@ray.remote(max_retries=5, retry_exceptions=True, **RESOURCES)
def shard(k):
    failed = False
    for pause in [*PAUSES, None]:
        code = run_once(k)
        if code in (0, ${nothing}):  # ${nothing}: no row of the shard is in the dataset
            return k, 0
        # ${usage} (usage) and ${budget} (budget) would come again. Rows that failed (${someFailed}) are tried once more.
        if code in (${usage}, ${budget}) or (code == ${someFailed} and failed) or pause is None:
            return k, code
        failed = failed or code == ${someFailed}
        time.sleep(pause)


ray.init()
left, worst = [shard.remote(k) for k in range(1, SHARDS + 1)], 0
while left:
    done, left = ray.wait(left)
    for task in done:
        try:
            k, code = ray.get(task)
            print(f"shard {k} ended with code {code}", flush=True)
        except Exception as error:
            code = 1
            print(error, file=sys.stderr, flush=True)
        worst = max(worst, code)
sys.exit(worst)
`;
  },
};

/** A text as Python reads it. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}
